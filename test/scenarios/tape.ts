import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LogLine } from '../../src/model/logs.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Service } from '../../src/model/service.ts';
import type { Kept } from './run.ts';
import type { Part } from './scenario.ts';
import type { Heard } from './watcher.ts';

/** What one scenario's links said, to be played again with a clock of its own. */
export interface Tape {
  readonly head: TapeHead;
  /** In the order in which it came; `t` in ms after `head.from`. */
  readonly heard: readonly { readonly t: number; readonly seen: Observation }[];
  /** Newest lines of each service when it was over. */
  readonly logs: ReadonlyMap<string, readonly LogLine[]>;
}

interface TapeHead {
  readonly scenario: string;
  readonly variant: number;
  /** ms since the epoch */
  readonly from: number;
  /** When the fault began, ms after `from`. */
  readonly fault: number;
  readonly project: string;
  readonly ids: Readonly<Record<Part, string>>;
}

const tapesFolder = path.join(import.meta.dirname, '..', 'tapes');
const parts: readonly Part[] = ['a', 'b', 'c', 'd', 'e', 'f'];
const logTail = 60;
/** Larger ones stay out of the repository, bytes. */
const most = 100_000;

/** Writes what was heard of one scenario; says why not where it would be too large. */
export async function record({ scenario, variant, stage, watcher, fault }: Kept): Promise<string> {
  const heard = ownPart(watcher.heard, stage.owns);
  const from = heard[0]?.came ?? 0;
  const ids = Object.fromEntries(parts.map(part => [part, stage.idOf(part)]));
  const head = { scenario: scenario.id, variant: variant.index, from, fault: Math.round(fault - from), project: stage.project, ids };
  const link = watcher.link();
  const lines: unknown[] = [head, ...heard.map(({ came, seen }) => ({ t: came - from, seen }))];
  for (const { service } of watcher.engine.beliefs().world.services.values()) {
    if (!stage.owns(service.id) || service.instance === undefined) continue;
    const target = { service: service.id, instance: service.instance };
    const log: LogLine[] = [];
    for await (const line of link.readLogs(target, { tail: logTail, follow: false }, AbortSignal.timeout(5000))) log.push(line);
    lines.push({ service: service.id, log });
  }
  const text = `${lines.map(line => JSON.stringify(line).replaceAll(/\/tmp\/dozor-live-\w+\/data/g, '/var/lib/docker')).join('\n')}\n`;
  const name = `${scenario.id}-${variant.index}.jsonl`;
  if (text.length > most) return `${name}: ${Math.round(text.length / 1000)} KB is too large`;
  mkdirSync(tapesFolder, { recursive: true });
  writeFileSync(path.join(tapesFolder, name), text);
  return `${name}: ${heard.length} observations, ${Math.round(text.length / 1000)} KB`;
}

/** What concerns this scenario, and what concerns the server as a whole; lists hold its services alone. */
function ownPart(heard: readonly Heard[], owns: (service: string) => boolean): Heard[] {
  let listed = '';
  return heard.flatMap(({ came, seen }): Heard[] => {
    if (seen.kind === 'tick') return [];
    if (seen.kind !== 'inventory') return !('service' in seen) || owns(seen.service) ? [{ came, seen }] : [];
    const services = seen.services.filter((service: Service) => owns(service.id));
    const sign = JSON.stringify(services);
    if (sign === listed) return [];
    listed = sign;
    return [{ came, seen: { ...seen, services } }];
  });
}

/** Reads a tape; kinds of observation that it does not know pass through as they are. */
export function readTape(file: string): Tape {
  const [head, ...rest] = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown);
  const all = rest as ({ t: number; seen: Observation } | { service: string; log: LogLine[] })[];
  return {
    head: head as TapeHead,
    heard: all.filter(line => 'seen' in line),
    logs: new Map(all.filter(line => 'log' in line).map(line => [line.service, line.log])),
  };
}

export const tapeFiles = (): string[] =>
  globSync('*.jsonl', { cwd: tapesFolder })
    .sort()
    .map(name => path.join(tapesFolder, name));
