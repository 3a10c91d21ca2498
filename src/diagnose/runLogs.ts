import type { RunLog } from '../model/runLog.ts';

const cap = 2;
/** Two words about one death may differ by this, ms. */
const near = 2000;

/** Adds the log of a run to those that are kept, in order of their ends; a run told twice counts once, by its longer log. */
export function withRunLog(runs: readonly RunLog[], run: RunLog): readonly RunLog[] {
  const same = runs.find(old => old.instance === run.instance && Math.abs(old.at - run.at) < near);
  if (same !== undefined && same.lines.length >= run.lines.length) return runs;
  return [...runs.filter(old => old !== same), run].sort((a, b) => a.at - b.at).slice(-cap);
}
