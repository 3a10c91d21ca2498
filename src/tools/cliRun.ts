import { forPlain } from '../base/safeText.ts';
import type { Clock } from '../base/time.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { Engine } from '../engine/port.ts';
import { blindLines } from './answer.ts';
import type { Paint } from './cliPaint.ts';
import type { Words } from './cliWords.ts';
import { resolveService } from './resolve.ts';

/** Where the command line speaks to. `out` and `err` get whole lines. */
export interface CliFace {
  out(line: string): void;
  err(line: string): void;
  readonly colours: boolean;
  /** Aborts on SIGINT, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** An engine for one run, not started. `servers` are the names that `--server` may choose from. */
export interface CliEngine {
  readonly engine: Engine;
  readonly servers: readonly string[];
  dispose(): void;
}
export type OpenEngine = (wish: {
  readonly followLogs: boolean;
  readonly server: string | undefined;
  readonly memory: boolean;
}) => Promise<CliEngine>;

/** What a command needs. */
export interface Run {
  readonly words: Words;
  readonly engine: Engine;
  readonly face: CliFace;
  readonly paint: Paint;
  readonly signal: AbortSignal;
}

/** Exit code where nothing could be looked at, or the words were not understood. */
export const couldNot = 2;

/** Width of a log line or a value on a terminal, in graphemes. */
export const wide = 16_384;
export const json = (value: unknown): string => JSON.stringify(value);

/** Says on stderr why nothing can be seen; true when no server at all is in sight. */
export function blind({ engine, face }: Run): boolean {
  const beliefs = engine.beliefs();
  const lines = blindLines(beliefs);
  for (const line of lines) face.err(line);
  return lines.length === beliefs.world.servers.size;
}

/** The service that the words name; says on stderr why not. */
export function named(run: Run): ServiceView | undefined {
  const beliefs = run.engine.beliefs();
  if (blind(run)) return undefined;
  const found = resolveService(beliefs, run.words.service ?? '');
  if (!found.ok) run.face.err(`${found.because} "dozor services" lists them.`);
  return found.ok ? beliefs.world.services.get(found.id) : undefined;
}

/** The escaper drops leading spaces; ours are put back. */
export const forIndented = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${forPlain(line, wide)}`;
