import { comparison, type Judged, judgedErrors } from '../diagnose/judged.ts';
import { covers, patternText } from '../diagnose/patternText.ts';
import { createMiner } from '../diagnose/templates.ts';
import type { Subject } from './investigation.ts';

/** Patterns told apart among the lines that nothing is remembered of. */
const templates = 100;

interface Line {
  readonly at: number;
  readonly text: string;
}

/** Lines of one pattern, oldest first, and what the memory of the log says of it. */
export interface Group<L extends Line> {
  readonly lines: readonly L[];
  readonly judged: Judged | undefined;
}

/** The remembered pattern of the last ten minutes that a line, or a template, is of. */
export function judgedOf(text: string, subject: Subject): Judged | undefined {
  const flat = patternText(text);
  return judgedErrors(subject).find(({ pattern }) => covers(pattern.text, flat));
}

/** Lines by pattern, news first, then by their number. Only lines of which nothing is remembered are mined. */
export function byPattern<L extends Line>(lines: readonly L[], subject: Subject): Group<L>[] {
  const miner = createMiner({ templates });
  const named = lines.map(({ text, at }) => judgedOf(text, subject) ?? miner.add(text, at));
  const groups = new Map<Judged | number, L[]>();
  for (const [i, line] of lines.entries()) {
    const name = named[i] ?? 0;
    // A template has no stamps in it any more, which a raw line may have.
    const key = typeof name === 'number' ? (judgedOf(miner.template(name)?.text ?? '', subject) ?? miner.canonical(name)) : name;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const found = [...groups].map(([key, own]) => ({ lines: own, judged: typeof key === 'number' ? undefined : key }));
  return found.toSorted((a, b) => Number(isNew(b)) - Number(isNew(a)) || b.lines.length - a.lines.length);
}

const isNew = ({ judged }: { readonly judged: Judged | undefined }): boolean => judged?.verdict === 'new';

const verdicts: Readonly<Record<Judged['verdict'], string>> = { new: 'new', usual: 'usual', unsure: 'new or usual, that is not known' };

/** "new: not seen in 40 calm minutes, up to 12 a minute now"; our words alone. */
export function judgedWords(judged: Judged): string {
  const { verdict, by, novelty } = judged;
  const now = by === 'window' && novelty.value === 1 ? `, up to ${novelty.now} a minute now` : '';
  return `${verdicts[verdict]}: ${comparison(judged)}${now}`;
}
