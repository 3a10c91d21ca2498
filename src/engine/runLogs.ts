import { withRunLog } from '../diagnose/runLogs.ts';
import { parseRunLogs, type RunLog } from '../model/runLog.ts';
import type { Part } from './partKeeper.ts';

/** The ends of logs of past runs: tens of kilobytes each, so that a loop of deaths writes one now and then. */
export const runLogPart: Part<readonly RunLog[]> = {
  name: 'lastRun',
  pace: { after: 3000, width: 4, pause: 3000 },
  of: view => view.runLogs,
  restored(json, view) {
    const stored = parseRunLogs(json);
    const news = view.runLogs !== undefined;
    if (stored.length === 0) return { view, news };
    return { view: { ...view, runLogs: [...stored, ...(view.runLogs ?? [])].reduce<readonly RunLog[]>(withRunLog, []) }, news };
  },
  stored: runs => runs,
};
