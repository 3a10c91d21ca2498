import { silentLog } from '../../src/base/log.ts';
import type { Clock } from '../../src/base/time.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Engine, ServerLink } from '../../src/engine/port.ts';
import type { Action, Outcome } from '../../src/model/action.ts';
import type { LogLine } from '../../src/model/logs.ts';
import type { Observation, SightLoss } from '../../src/model/observation.ts';
import type { Facts, Service } from '../../src/model/service.ts';
import { defaultSettings, type Settings } from '../../src/model/settings.ts';
import { openMemory } from '../../src/remember/store.ts';
import type { ToolContext } from '../../src/tools/tool.ts';
import { aServer, aService, instanceOf, noon, someFacts } from '../fakes/make.ts';

/** A real engine over a link that says what the test wants it to say. */
export interface Scene {
  readonly engine: Engine;
  readonly performed: Action[];
  context(over?: Partial<ToolContext>): ToolContext;
}

export interface Cast {
  readonly services?: readonly (readonly [Service, Partial<Facts>?])[];
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  readonly lost?: SightLoss;
  readonly settings?: Partial<Settings>;
  readonly outcome?: Outcome;
  readonly unreadable?: string;
  /** Told after the first look. */
  readonly also?: readonly Observation[];
}

const line = (text: string, i: number): LogLine => ({ at: noon - 60_000 + i * 1000, stamp: `s${i}`, stream: 'out', text });

export const shop: Cast['services'] = [
  [aService('web')],
  [aService('api', { name: 'My API' })],
  [
    aService('db', { state: 'exited', since: noon - 120_000 }),
    { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: noon - 120_000, memoryLimit: 64 << 20 },
  ],
  [aService('migrate', { state: 'exited', since: noon - 90_000 }), { state: 'exited', exitCode: 0, finishedAt: noon - 90_000 }],
];

export async function scene(cast: Cast = {}): Promise<Scene> {
  const made = await unstarted(cast);
  made.engine.start();
  await made.engine.ready();
  return made;
}

export async function unstarted(cast: Cast = {}): Promise<Scene> {
  const performed: Action[] = [];
  const now = (): number => noon;
  const clock: Clock = { now, steady: now, after: later };
  const link = linkOf(cast, performed);
  const engine = createEngine({
    links: async () => [link],
    memory: await openMemory(undefined, silentLog),
    clock,
    log: silentLog,
    settings: { ...defaultSettings, ...cast.settings },
    folders: [],
    trusted: () => true,
    newId: () => `${performed.length}`,
  });
  const context: Scene['context'] = over => ({
    engine,
    signal: new AbortController().signal,
    askedBy: 'model',
    confirm: async () => false,
    now,
    ...over,
  });
  return { engine, performed, context };
}

/** Timers of the test's engine run at once: what it batches is taken in the next turn; long ones never come. */
function later(ms: number, run: () => void): { dispose(): void } {
  if (ms > 1000) return { dispose() {} };
  const timer = setImmediate(run);
  return { dispose: () => clearImmediate(timer) };
}

function linkOf(cast: Cast, performed: Action[]): ServerLink {
  const services = cast.services ?? shop ?? [];
  const base = { at: noon, plusMinus: 0, server: 'local', how: 'live' } as const;
  const factsOf = (service: Service, over?: Partial<Facts>): Facts =>
    someFacts(service.composeService ?? service.name, { instance: service.instance ?? '', state: service.state, ...over });
  const seen: Observation[] = cast.lost
    ? [{ ...base, kind: 'sight', clear: false, why: cast.lost }]
    : [
        { ...base, kind: 'sight', clear: true },
        { ...base, kind: 'inventory', services: services.map(([service]) => service) },
        ...services.map(([service, over]) => ({ ...base, kind: 'inspected', service: service.id, facts: factsOf(service, over) }) as const),
        { ...base, kind: 'synced' },
        ...(cast.also ?? []),
      ];
  return {
    server: aServer,
    watch: (emit, signal) =>
      new Promise(resolve => {
        for (const one of seen) emit(one);
        signal.addEventListener('abort', () => resolve());
      }),
    refresh: async () => {},
    look: async target => seen.filter(one => one.kind === 'inspected' && one.service === target.service),
    async *readLogs(target, want) {
      if (cast.unreadable !== undefined) throw new Error(cast.unreadable);
      const name = services.find(([service]) => service.id === target.service)?.[0].composeService ?? '';
      yield* (cast.logs?.[name] ?? []).map(line).slice(-want.tail);
    },
    inspect: async target => ({ Id: target.instance, Config: { Env: ['SECRET=‹redacted›'] } }),
    perform: async action => {
      performed.push(action);
      return cast.outcome ?? { ok: true, took: 800, text: 'restarted' };
    },
    retryNow() {},
    dispose() {},
  };
}

export { aService, instanceOf, noon };
