import type { Asker, Verb } from '../model/action.ts';

export interface Circumstances {
  readonly verb: Verb;
  readonly askedBy: Asker;
  /** Dozor may have effects here at all: a trusted workspace, or the command line. */
  readonly trusted: boolean;
  readonly devMode: boolean;
  readonly excluded: boolean;
  /** The label `dozor.enable`. */
  readonly enabled: boolean;
  readonly serverInSight: boolean;
}

/** `ask`: a person must say yes in Dozor's own dialog. There is no `allow` for anything that changes a container yet. */
export type Verdict = { readonly kind: 'ask' } | { readonly kind: 'refuse'; readonly because: string };

interface Guard {
  readonly stops: (c: Circumstances) => boolean;
  readonly because: string;
}

/** Asked in order; the first that stops gives the reason. */
const guards: readonly Guard[] = [
  { stops: c => !c.trusted, because: 'this workspace is not trusted, so Dozor only observes; trust the workspace to act' },
  { stops: c => !c.serverInSight, because: 'the server is out of sight; nothing is changed blindly' },
  { stops: c => !c.enabled, because: 'the label dozor.enable=false forbids every effect on this service' },
  { stops: c => c.askedBy !== 'person' && c.askedBy !== 'model', because: 'only a person may set off effects in this version' },
  { stops: c => c.askedBy === 'model' && c.verb !== 'restart', because: 'a model may only propose a restart' },
  { stops: c => c.askedBy === 'model' && c.devMode, because: 'dev mode is on: only a person acts until it ends' },
  {
    stops: c => c.askedBy === 'model' && c.excluded,
    because: 'the service is excluded: only a person acts on it until the exclusion ends',
  },
];

/** Whether an effect may be proposed at all, and to whom. Pure. */
export function verdict(c: Circumstances): Verdict {
  const guard = guards.find(each => each.stops(c));
  return guard === undefined ? { kind: 'ask' } : { kind: 'refuse', because: guard.because };
}
