import type { TimelineEntry } from '../model/incident.ts';
import type { Category } from '../model/issue.ts';
import { ago, span } from './ages.ts';
import { noData } from './answers.ts';
import type { Check } from './investigation.ts';
import { plural } from './reportDoc.ts';

interface Episode {
  readonly category: Category;
  readonly from: number;
  readonly to: number;
}

/** Issues that were opened and resolved again, by category; the one that is still open is not among them. */
function episodes(entries: readonly TimelineEntry[]): Episode[] {
  const open = new Map<Category, number>();
  return entries.flatMap(entry => {
    if (entry.kind !== 'diagnosed') return [];
    const { category, change, at } = entry;
    const from = open.get(category);
    if (change === 'opened') open.set(category, at);
    if (change !== 'resolved' || from === undefined) return [];
    open.delete(category);
    return [{ category, from, to: at }];
  });
}

/** Earlier incidents of the same kind, as the timeline holds them. */
export const memoryCheck: Check = ({ issues, now }, needs) => {
  const entries = needs.history();
  const wanted = new Set(issues.map(({ category }) => category));
  const found = episodes(entries).filter(({ category }) => wanted.size === 0 || wanted.has(category));
  const kinds = wanted.size === 0 ? '' : ` of ${[...wanted].join(', ')}`;
  if (found.length === 0)
    return noData(`no earlier incident${kinds} in ${plural(entries.length, 'remembered entry', 'remembered entries')}`);
  const rows = found.slice(-5).map(({ category, from, to }) => ({ text: `${category} ${ago(from, now)}, for ${span(to - from)}` }));
  return {
    status: 'ok',
    interesting: wanted.size > 0,
    findings: [{ text: `${plural(found.length, 'earlier incident')}${kinds}, newest last` }, ...rows],
  };
};
