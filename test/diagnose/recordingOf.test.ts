import assert from 'node:assert/strict';
import { recordingOf } from '../../src/diagnose/recordingOf.ts';
import { rankCauses } from '../../src/diagnose/rootCause.ts';
import type { Make } from '../../src/model/change.ts';
import type { Observation } from '../../src/model/observation.ts';
import { serviceId } from '../../src/model/service.ts';
import { aService, inspected, inventory, logs, noon, someFacts, usage, worldOf } from '../fakes/make.ts';

const minute = 60_000;
const mebi = 1_048_576;
const idOf = (name: string): string => serviceId('local', name, 'shop');
const [web, api, db] = [idOf('web'), idOf('api'), idOf('db')];
const make: Make = { image: 'i', imageId: 's', env: {}, command: 'c', mounts: [], networks: [], limits: { cpus: 0.5 } };
const shop = [
  inventory(noon - 20 * minute, aService('web', { dependsOn: [api] }), aService('api'), aService('db')),
  inspected(noon - 20 * minute, db, someFacts('db', { make })),
];
/** A sample each minute from ten before noon to three after: what it uses, and from noon on something else. */
const samples = (name: string, calm: number, later: number): Observation[] =>
  Array.from({ length: 14 }, (_, i) => {
    const at = noon + (i - 10) * minute;
    return usage(at, name, { cpu: i > 10 ? later : calm, memory: 50 * mebi, memoryLimit: 100 * mebi });
  });

describe('the recording of a live incident', () => {
  const complaint = { at: noon - minute, level: 'error' as const, text: 'ERROR connect ECONNREFUSED db:5432' };
  const world = worldOf(
    ...shop,
    ...samples('db', 0.1, 0.49),
    ...samples('api', 0.1, 0.1),
    ...samples('web', 0.1, 0.11),
    logs(noon, 'api', { errors: [complaint], last: [complaint, { at: noon + 5000, level: 'info', text: 'later' }] }),
  );
  const recording = recordingOf(world, [web, api, db], noon);

  it('has the metrics that the ranking reads, in seconds', () => {
    assert.equal(recording.onset, noon / 1000);
    assert.deepEqual(recording.metrics?.[db]?.['cpu_percent']?.at(-1), [(noon + 3 * minute) / 1000, 98]);
    assert.deepEqual(Object.keys(recording.metrics?.[web] ?? {}), ['cpu_millicores', 'memory_mib', 'memory_percent']);
    assert.deepEqual(recording.metrics?.[web]?.['memory_percent']?.[0]?.[1], 50);
  });

  it('has needs as declared and as errors say, among its members', () => {
    assert.deepEqual(recording.needs, [
      [web, api],
      [api, db],
    ]);
    assert.deepEqual(recordingOf(world, [web, db], noon).needs, []);
  });

  it('has each line once, in order', () => {
    assert.deepEqual(recording.logs, {
      [api]: [
        [complaint.at / 1000, complaint.text],
        [(noon + 5000) / 1000, 'later'],
      ],
    });
  });

  it('ranks first whose processor ran into its limit', () => {
    const [first] = rankCauses(recording);
    assert.equal(first?.service, db);
    assert.match(first?.because[0] ?? '', /processor at 98 % of its limit/);
  });

  it('of strangers, or of nobody, is empty and can be ranked', () => {
    assert.deepEqual(recordingOf(world, ['local/none'], noon), { services: [], needs: [], onset: noon / 1000, metrics: {}, logs: {} });
    assert.deepEqual(rankCauses(recordingOf(world, [], noon)), []);
  });
});
