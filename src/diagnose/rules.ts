import { changeRules } from './changeRules.ts';
import { deathRules } from './deathRules.ts';
import type { Rule } from './finding.ts';
import { flapRules } from './flapRules.ts';
import { hangRules } from './hangRules.ts';
import { knownRules } from './knownRules.ts';
import { logRules } from './logRules.ts';
import { networkRules } from './networkRules.ts';
import { peerRules } from './peerRules.ts';
import { portRules } from './portRules.ts';
import { stateRules } from './stateRules.ts';
import { usageRules } from './usageRules.ts';

/** Each looks at one sighting and says what it found; extend by a line and a test. */
export const rules: readonly Rule[] = [
  ...deathRules,
  ...stateRules,
  ...knownRules,
  ...logRules,
  ...usageRules,
  ...changeRules,
  ...peerRules,
  ...portRules,
  ...networkRules,
  ...hangRules,
  ...flapRules,
];
