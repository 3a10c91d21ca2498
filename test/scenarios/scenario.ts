import type { Band, Category } from '../../src/model/issue.ts';

/** A part in a scenario; which name it gets is the variant's affair. */
export type Part = 'a' | 'b' | 'c' | 'd' | 'e' | 'f';

/**
 * What is done on stage. In every text `{a}` is the name of part a, `{a.box}` its container, `{a.ip}` its address, `{a.port}` its
 * port and `{a.wrong}` one where nobody listens, `{a.host}` what others call it, `{a.at}` host and port, `{net}` the network of the scenario, and `{old}` and `{new}` are two images with the same content and different ids.
 */
export type Step =
  /** `docker run` of a part, composed unless `plain`; `sh` is its script, `argv` its command. */
  | {
      readonly run: Part;
      readonly with?: readonly string[];
      readonly image?: string;
      /** Takes part in the scenario's network, with the address `{x.ip}`; `own` where the machine's loopback would not do. */
      readonly net?: true | 'own';
      /** What it needs, declared in the variant's way. */
      readonly needs?: readonly Part[];
      readonly plain?: true;
      /** Suffix of the name: another service of nearly the same name. */
      readonly suffix?: string;
      /** The second replica of another part: the same name, a number of its own. */
      readonly twinOf?: Part;
      /** What `compose run` makes: a container for one task. */
      readonly job?: true;
      /** In a second project. */
      readonly elsewhere?: true;
      readonly sh?: string;
      readonly argv?: readonly string[];
      /** The engine refuses to start it, and that is the scenario. */
      readonly fails?: true;
    }
  | { readonly docker: readonly string[] }
  | { readonly wait: number }
  | { readonly until: Part; readonly is: 'running' | 'restarting' | 'exited' }
  /** The fault begins now; where it begins with an event, `Truth.fault` says so instead. */
  | { readonly mark: 'fault' };

/** What is true, known before anything is looked at. One for each incident. */
export interface Truth {
  /** Where it began; several where each of them is a right answer. */
  readonly root: readonly Part[];
  readonly category: Category;
  /** Absent where any band is right but LOW. */
  readonly band?: Band;
  /** Parts in trouble, root included. */
  readonly members: readonly Part[];
  /** Which failed before which, where that is part of the answer. */
  readonly order?: readonly Part[];
  /** Names that the answer must rule out. */
  readonly ruledOut?: readonly Part[];
  /** A state rather than a problem: it must be known, and need not be an incident. */
  readonly state?: true;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** The engine's first event of this kind about this part is when the fault began; without it the mark or the last step. */
  readonly fault?: readonly [Part, 'die' | 'oom' | 'unhealthy' | 'stop' | 'create'];
  /** None: nothing may be reported. */
  readonly truth: readonly Truth[];
  /** Whether services stand as one incident or as many is not judged. */
  readonly partition?: 'free';
  /** All of its services fail: no alarm about any of them is false. */
  readonly everyone?: true;
  /** How long it is watched after the last step when nothing is to be reported, ms. */
  readonly calm?: number;
  /** What is true is a state of each of them, and no alarm. */
  readonly quiet?: true;
  /** Alarms that end by themselves are right; in the end there may be none. */
  readonly settles?: true;
  /** Must stand in what is believed in the end, or in what an investigation of the first root finds. */
  readonly told?: RegExp;
  /** Every death of this part that the engine knows of must have been counted. */
  readonly counted?: Part;
  /** Must not stand in anything that Dozor believes or writes. */
  readonly secret?: string;
  /** ms from the last step until it must be right. */
  readonly timeout: number;
}

/** The same fault under other names, with other timings and in other company. */
export interface Variant {
  readonly index: number;
  readonly names: Readonly<Record<Part, string>>;
  /** How a need is declared; `said` is only in logs. */
  readonly needs: 'label' | 'compose' | 'said';
  /** A network of the scenario's own, or ports of the machine's loopback. */
  readonly net: 'own' | 'loopback';
  /** Waits are stretched by it. */
  readonly stretch: number;
  /** Healthy services of other projects that run beside it. */
  readonly extras: number;
  /** Log lines a second of each extra. */
  readonly noise: number;
}

const names = (letters: string): Variant['names'] => {
  const [a, b, c, d, e, f] = [...letters].map(letter => `svc-${letter}`) as [string, string, string, string, string, string];
  return { a, b, c, d, e, f };
};

export const variants: readonly Variant[] = [
  { index: 1, names: names('abcdef'), needs: 'label', net: 'own', stretch: 1, extras: 0, noise: 0 },
  { index: 2, names: names('qmtkxz'), needs: 'compose', net: 'own', stretch: 0.8, extras: 5, noise: 1 },
  { index: 3, names: names('zyxwvu'), needs: 'label', net: 'loopback', stretch: 1.3, extras: 20, noise: 2 },
];
