import { displaySafe } from '../base/safeText.ts';
import type { Category } from '../model/issue.ts';
import type { KnownLine, LeveledLine } from '../model/logs.ts';
import { isLooping } from './deathRules.ts';
import { type Finding, logWhere, type Rule, type Sighting } from './finding.ts';
import { filled, rowOf } from './knownPatterns.ts';
import type { LogKind, PatternRow } from './patternRow.ts';

/** Last words stand within this time before the death; a line may reach the log a little after it. ms */
const lastWords = 5000;
const late = 1000;
const recent = 10 * 60_000;

interface Known {
  readonly line: LeveledLine;
  readonly known: KnownLine;
  readonly row: PatternRow;
}

const keyOf = (line: LeveledLine): string => `${line.at} ${line.text}`;

/** Errors and last lines, each once and in their order; an error knows the cause below it, which its twin among the last lines does not. */
function keptLines({ view }: Sighting): LeveledLine[] {
  const { errors = [], last = [] } = view.logs ?? {};
  const byKey = new Map(errors.map(line => [keyOf(line), line]));
  const among = new Set(last.map(keyOf));
  return [...errors.filter(line => !among.has(keyOf(line))), ...last.map(line => byKey.get(keyOf(line)) ?? line)];
}

/** Known lines of the last 10 min, or of its last run where that has ended; oldest first. */
function knownLines(s: Sighting): Known[] {
  const from = Math.min(s.now, diedAt(s) ?? s.now) - recent;
  const found = keptLines(s).flatMap(line => {
    const row = line.known === undefined ? undefined : rowOf(line.known);
    return line.known === undefined || row === undefined || line.at < from ? [] : [{ line, known: line.known, row }];
  });
  return found.sort((a, b) => a.line.at - b.line.at);
}

/** When it died of itself, ms: a stop by hand or with the engine makes no last words. */
function diedAt(s: Sighting): number | undefined {
  if (s.stop.kind === 'crash' || s.stop.kind === 'oom' || s.stop.kind === 'start-error') return s.stop.at;
  const death = s.view.deaths.findLast(each => !each.intended);
  const news = death !== undefined && (isLooping(s.view, s.now) || s.now - death.at <= recent);
  return s.stop.kind === 'running' && news ? death.at : undefined;
}

const isLast = (line: LeveledLine, died: number | undefined): boolean =>
  died !== undefined && line.at >= died - lastWords && line.at <= died + late;

/** It is down, or comes back only to die again: what it died of is still true. */
const stays = (s: Sighting): boolean => s.stop.kind !== 'running' || isLooping(s.view, s.now);

function findingOf({ line, known, row }: Known, kind: string, category: Category, lasting: boolean, s: Sighting): Finding {
  return {
    kind,
    categories: [category],
    what: `by its log it ${filled(row.meaning, known)}`,
    from: 'log',
    at: line.at,
    lasting,
    quote: displaySafe(line.text, 300),
    where: logWhere(s),
    known,
  };
}

/**
 * The newest of its last words that a row knows. One that says why goes before one that only says that it ends, but a line that is often
 * harmless (a `chown` that may not) must not explain the panic after it.
 */
function lastWordsFinding(s: Sighting): Finding | undefined {
  const died = diedAt(s);
  const said = knownLines(s).filter(({ line, row }) => isLast(line, died) && row.hearsay === undefined);
  const newest = said.at(-1);
  const ended = newest?.row.strength === 1;
  const decisive = said.findLast(({ row }) => row.strength !== 1 && (row.loud === true || !ended)) ?? newest;
  return decisive === undefined ? undefined : findingOf(decisive, 'words.last', decisive.row.category, stays(s), s);
}

/** What such a kind needs besides the line: a container that runs did start, and a peer must have a name. */
const needs: Partial<Record<LogKind, (each: Known, last: boolean) => boolean>> = {
  'start.log': (_each, last) => last,
  'peer.named': ({ known }) => known.peer !== undefined,
};

const categoryOf: Readonly<Record<LogKind, Category>> = {
  'config.denied': 'config_error',
  'config.log': 'config_error',
  'disk.log': 'disk_full',
  'mem.log': 'oom',
  'net.log': 'network',
  'peer.named': 'network',
  'pids.log': 'resource_limit',
  'start.log': 'start_error',
};

/** The newest known line of each kind. */
function kindFindings(s: Sighting): readonly Finding[] {
  if (s.stop.kind !== 'running' && diedAt(s) === undefined) return [];
  const died = diedAt(s);
  const newest = new Map<LogKind, Known>();
  for (const each of knownLines(s)) {
    const kind = each.row.tells;
    if (kind !== undefined && (needs[kind]?.(each, isLast(each.line, died)) ?? true)) newest.set(kind, each);
  }
  return [...newest].map(([kind, each]) => findingOf(each, kind, categoryOf[kind], stays(s) && isLast(each.line, died), s));
}

export const knownRules: readonly Rule[] = [lastWordsFinding, kindFindings];
