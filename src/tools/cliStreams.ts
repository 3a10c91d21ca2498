import { clockTime } from '../act/ages.ts';
import { forPlain } from '../base/safeText.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { TimelineEntry } from '../model/incident.ts';
import { followLog } from './cliFollow.ts';
import { levelColour } from './cliPaint.ts';
import { blind, couldNot, forIndented, json, named, type Run } from './cliRun.ts';
import type { LogLineJson } from './cliShapes.ts';
import { fits, type LogFilter, lineJson, readFitting } from './logsTool.ts';

export async function logs(run: Run): Promise<number> {
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

export async function watch(run: Run): Promise<number> {
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

const entryLine = (entry: TimelineEntry): string => `${clockTime(entry.at)} ${entry.kind} ${forPlain(entry.detail, 400)}`;
