import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/time.ts';
import { openCore } from '../../src/logWorker.ts';
import { LogMill } from '../../src/observe/logMill.ts';

/** A mill that reads right here, as the program does for one look. */
export const inlineMill = (): LogMill => new LogMill({ clock: systemClock, log: silentLog, core: async () => openCore() });
