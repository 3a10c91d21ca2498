import { clockTime } from '../act/ages.ts';
import { calibrationLines } from '../act/calibrationText.ts';
import { investigationText } from '../act/investigationText.ts';
import { reportText } from '../act/message.ts';
import { plural } from '../act/reportDoc.ts';
import { serviceLabel } from '../act/statusLine.ts';
import { reasonOf } from '../base/log.ts';
import { forPlain } from '../base/safeText.ts';
import { type Clock, pause } from '../base/time.ts';
import type { Overall } from '../diagnose/report.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { Engine } from '../engine/port.ts';
import type { TimelineEntry } from '../model/incident.ts';
import { blindLines } from './answer.ts';
import { groupsJson, groupsNamed, healthOf, inspectJson, servicesJson, shownViews, triageJson } from './asJson.ts';
import { followLog } from './cliFollow.ts';
import { healthColour, levelColour, type Paint, painter } from './cliPaint.ts';
import type { LogLineJson } from './cliShapes.ts';
import { type CommandName, readWords, usage, type Words } from './cliWords.ts';
import { inspectParts, noGroup } from './inspectTool.ts';
import { investigationJson } from './investigationJson.ts';
import { fits, type LogFilter, lineJson, readFitting } from './logsTool.ts';
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
interface Run {
  readonly words: Words;
  readonly engine: Engine;
  readonly face: CliFace;
  readonly paint: Paint;
  readonly signal: AbortSignal;
}

const exitCodes: Readonly<Record<Overall, number>> = { healthy: 0, degraded: 1, critical: 1, unknown: 2 };
const couldNot = 2;

/** Width of a log line or a value on a terminal, in graphemes. */
const wide = 16_384;
const json = (value: unknown): string => JSON.stringify(value);

/** Says on stderr why nothing can be seen; true when no server at all is in sight. */
function blind({ engine, face }: Run): boolean {
  const beliefs = engine.beliefs();
  const lines = blindLines(beliefs);
  for (const line of lines) face.err(line);
  return lines.length === beliefs.world.servers.size;
}

async function services(run: Run): Promise<number> {
  const { engine, face, words, paint } = run;
  await engine.ready(run.signal);
  const beliefs = engine.beliefs();
  const list = servicesJson(beliefs);
  if (words.json) face.out(json(list));
  else {
    const names = shownViews(beliefs).map(view => forPlain(serviceLabel(view.service), 60));
    const width = Math.max(0, ...names.map(name => name.length));
    for (const [i, view] of shownViews(beliefs).entries()) {
      const status = paint(forPlain(list.services[i]?.status ?? '', 200), healthColour[healthOf(view, beliefs)]);
      face.out(`${(names[i] ?? '').padEnd(width)}  ${status}`);
    }
    face.err(`${plural(list.services.length, 'service')} on ${plural(list.servers.length, 'server')}.`);
  }
  return blind(run) ? couldNot : 0;
}

async function triage(run: Run): Promise<number> {
  const { engine, face, words, paint } = run;
  const report = await engine.triage(run.signal);
  const { world } = engine.beliefs();
  if (words.json) face.out(json(triageJson(report, world)));
  else {
    const lines = reportText(report, world, 'plain').trimEnd().split('\n');
    for (const line of lines) face.out(paint(line, lineColour(line, report.health)));
  }
  return exitCodes[report.health];
}

const lineColour = (line: string, health: Overall): Parameters<Paint>[1] => {
  if (line.startsWith('DEV MODE')) return 'yellow';
  if (/^(?:Healthy|Degraded|Critical|Unknown): /.test(line)) return healthColour[health];
  return line.startsWith('      | ') ? 'grey' : undefined;
};

/** The service that the words name; says on stderr why not. */
function named(run: Run): ServiceView | undefined {
  const beliefs = run.engine.beliefs();
  if (blind(run)) return undefined;
  const found = resolveService(beliefs, run.words.service ?? '');
  if (!found.ok) run.face.err(`${found.because} "dozor services" lists them.`);
  return found.ok ? beliefs.world.services.get(found.id) : undefined;
}

async function investigate(run: Run): Promise<number> {
  const { engine, face, words } = run;
  await engine.ready(run.signal);
  const view = named(run);
  if (view === undefined) return couldNot;
  const found = await engine.investigate(view.service.id, run.signal);
  if (words.json) face.out(json(investigationJson(found)));
  else for (const line of investigationText(found, 'plain').trimEnd().split('\n')) face.out(line);
  return exitCodes[found.health];
}

/** Whether the group that the words name is there; says on stderr why not. */
function hasGroup({ engine, face, words: { group } }: Run): boolean {
  if (group === undefined || groupsNamed(engine.beliefs(), group).length > 0) return true;
  face.err(noGroup(engine.beliefs(), group));
  return false;
}

async function inspect(run: Run): Promise<number> {
  await run.engine.ready(run.signal);
  if (run.words.service === undefined) return blind(run) || !hasGroup(run) ? couldNot : printFacts(run, undefined);
  const view = named(run);
  return view === undefined ? couldNot : printFacts(run, view);
}

/** The facts of one service, or what the mode shows of all. */
async function printFacts({ engine, face, words, signal }: Run, view: ServiceView | undefined): Promise<number> {
  const beliefs = engine.beliefs();
  if (words.json) {
    const raw = view === undefined ? undefined : await engine.inspect(view.service.id, signal).catch(() => undefined);
    face.out(json(view === undefined ? groupsJson(beliefs, words.group) : inspectJson(view, beliefs, raw)));
    return 0;
  }
  const parts = inspectParts(words.mode, view, beliefs, words.group);
  for (const line of [...(parts?.head ?? []), ...(parts?.data ?? []).map(text => `  ${text}`)]) face.out(forIndented(line));
  return 0;
}

/** The escaper drops leading spaces; ours are put back. */
const forIndented = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${forPlain(line, wide)}`;

async function logs(run: Run): Promise<number> {
  const { engine, words } = run;
  await engine.ready(run.signal);
  const view = named(run);
  if (view === undefined) return couldNot;
  const filter = {
    ...(words.level === undefined ? {} : { level: words.level }),
    ...(words.contains === undefined ? {} : { contains: words.contains }),
  };
  if (words.follow) return follow(run, view, filter);
  const found = await readFitting(engine, view, words.tail, filter, run.signal);
  for (const line of found.lines) printLine(run, line);
  return 0;
}

async function follow(run: Run, view: ServiceView, filter: LogFilter): Promise<number> {
  try {
    for await (const line of followLog(run.engine, view.service.id, run.words.tail, run.signal)) {
      const read = lineJson(line);
      if (fits(read, filter)) printLine(run, read);
    }
  } catch (error) {
    // The stream of a log that is no longer wanted ends by an error.
    if (!run.signal.aborted) throw error;
  }
  return 0;
}

function printLine({ face, words, paint }: Run, line: LogLineJson): void {
  face.out(words.json ? json(line) : `${clockTime(line.at)} ${paint(forIndented(line.text), levelColour[line.level])}`);
}

async function watch(run: Run): Promise<number> {
  const { engine, face, words, signal } = run;
  const watching = engine.entry(entry => face.out(words.json ? json(entry) : entryLine(entry)));
  await engine.ready(signal);
  // Ctrl+C before the first look ended: nothing to say about servers.
  if (face.signal.aborted) return 0;
  const unseen = blind(run);
  await new Promise<void>(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  watching.dispose();
  const seen = [...engine.beliefs().world.servers.values()].some(server => server.lastClear !== undefined);
  return unseen && !seen ? couldNot : 0;
}

/** Of what people and scenarios said of causes; nothing has to be looked at for that. */
async function calibration({ engine, face, words }: Run): Promise<number> {
  for (const line of calibrationLines(engine.calibration(), words.json)) face.out(line);
  return 0;
}

const entryLine = (entry: TimelineEntry): string => `${clockTime(entry.at)} ${entry.kind} ${forPlain(entry.detail, 400)}`;

const commands: Readonly<Record<CommandName, (run: Run) => Promise<number>>> = {
  services,
  triage,
  investigate,
  logs,
  inspect,
  watch,
  calibration,
};

/**
 * Runs one command line (without program and script) and gives its exit code: 0 healthy or done, 1 issues, 2 could not look or not
 * understood. Never rejects.
 */
export async function runCli(argv: readonly string[], face: CliFace, open: OpenEngine): Promise<number> {
  const read = readWords(argv);
  if (read.kind === 'help') face.out(usage.trimEnd());
  if (read.kind === 'wrong') face.err(read.because);
  if (read.kind !== 'run') return read.kind === 'help' ? 0 : couldNot;
  try {
    return await withEngine(read.words, face, open);
  } catch (error) {
    if (face.signal.aborted) return couldNot;
    face.err(forPlain(reasonOf(error), wide));
    return couldNot;
  }
}

async function withEngine(words: Words, face: CliFace, open: OpenEngine): Promise<number> {
  const { command, server, memory } = words;
  const opened = await open({ followLogs: command === 'watch', server, memory });
  const end = new AbortController();
  const signal = AbortSignal.any([face.signal, end.signal]);
  try {
    if (server !== undefined && !opened.servers.includes(server)) {
      face.err(forPlain(`There is no server "${server}". Known: ${opened.servers.join(', ') || 'none'}.`));
      return couldNot;
    }
    opened.engine.start();
    if (words.limit !== undefined) void pause(face.clock, words.limit, signal).then(() => end.abort());
    return await commands[command]({ words, engine: opened.engine, face, paint: painter(face.colours), signal });
  } finally {
    end.abort();
    opened.dispose();
  }
}
