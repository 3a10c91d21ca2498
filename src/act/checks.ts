import { changeCheck } from './changeCheck.ts';
import { dependencyCheck } from './dependencyCheck.ts';
import type { Check, CheckName } from './investigation.ts';
import { logCheck } from './logCheck.ts';
import { memoryCheck } from './memoryCheck.ts';
import { stateCheck } from './stateCheck.ts';
import { usageCheck } from './usageCheck.ts';

export const checks: Readonly<Record<CheckName, Check>> = {
  state: stateCheck,
  logs: logCheck,
  dependencies: dependencyCheck,
  changes: changeCheck,
  usage: usageCheck,
  memory: memoryCheck,
};
