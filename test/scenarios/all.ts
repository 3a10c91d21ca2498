import type { Part, Scenario } from './scenario.ts';
import { calmOnes } from './tableCalm.ts';
import { otherOwn } from './tableMore.ts';
import { otherCalm } from './tableMoreCalm.ts';
import { otherNeeds } from './tableMoreNeeds.ts';
import { needFaults } from './tableNeeds.ts';
import { ownFaults } from './tableOwn.ts';

const parts: readonly Part[] = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Many at once: six parts three times over, each in a loop. */
const storm: Scenario = {
  id: '43',
  title: 'eighteen crash loops at once',
  steps: ['', '-x', '-y'].flatMap(suffix =>
    parts.map(part => ({ run: part, ...(suffix === '' ? {} : { suffix }), with: ['--restart', 'always'], sh: 'sleep 0.5; exit 2' })),
  ),
  fault: ['a', 'die'],
  truth: parts.map(part => ({ root: [part], category: 'app_crash', band: 'high', members: [part] })),
  partition: 'free',
  everyone: true,
  timeout: 25_000,
};

/** Every scenario, in the order of the table of the design. */
export const scenarios: readonly Scenario[] = [
  ...ownFaults,
  ...needFaults,
  ...calmOnes,
  ...otherOwn,
  ...otherNeeds,
  ...otherCalm,
  storm,
].toSorted((a, b) => (Number.parseInt(a.id, 10) || 1000) - (Number.parseInt(b.id, 10) || 1000));
