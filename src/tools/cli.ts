import { calibrationLines } from '../act/calibrationText.ts';
import { investigationText } from '../act/investigationText.ts';
import { reportText } from '../act/message.ts';
import { plural } from '../act/reportDoc.ts';
import { serviceLabel } from '../act/statusLine.ts';
import { reasonOf } from '../base/log.ts';
import { forPlain } from '../base/safeText.ts';
import { pause } from '../base/time.ts';
import type { Overall } from '../diagnose/report.ts';
import type { ServiceView } from '../diagnose/world.ts';
import { groupsJson, groupsNamed, healthOf, inspectJson, servicesJson, shownViews, triageJson } from './asJson.ts';
import { healthColour, type Paint, painter } from './cliPaint.ts';
import { blind, type CliFace, couldNot, forIndented, json, named, type OpenEngine, type Run, wide } from './cliRun.ts';
import { logs, watch } from './cliStreams.ts';
import { type CommandName, readWords, usage, type Words } from './cliWords.ts';
import { inspectParts, noGroup } from './inspectTool.ts';
import { investigationJson } from './investigationJson.ts';

const exitCodes: Readonly<Record<Overall, number>> = { healthy: 0, degraded: 1, critical: 1, unknown: 2 };
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

/** Of what people and scenarios said of causes; nothing has to be looked at for that. */
async function calibration({ engine, face, words }: Run): Promise<number> {
  for (const line of calibrationLines(engine.calibration(), words.json)) face.out(line);
  return 0;
}

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
