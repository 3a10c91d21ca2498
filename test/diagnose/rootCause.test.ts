import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Measured, Recording, Series } from '../../src/diagnose/recording.ts';
import { type Mechanism, rankCauses } from '../../src/diagnose/rootCause.ts';
import { onset, samples, shop, steady } from './recordings.ts';

const top = (recording: Recording): string | undefined => rankCauses(recording)[0]?.service;

function blames(recording: Recording, service: string, mechanism: Mechanism): void {
  const first = rankCauses(recording)[0];
  assert.equal(first?.service, service);
  assert.equal(Object.keys(first?.parts ?? {})[0], mechanism);
}

const each = (metric: string, series: Readonly<Record<string, Series>>, otherwise: Series): Measured =>
  Object.fromEntries(shop.services.map(service => [service, { [metric]: series[service] ?? otherwise }]));

describe('root cause', () => {
  it('is the service whose processor reaches its limit, not the one that merely doubled', () => {
    const metrics = each('cpu_percent', { cart: samples(20, [97, 99, 98]), pay: samples(2, [6, 6, 6]) }, steady(5));
    blames({ ...shop, metrics }, 'cart', 'usage');
  });

  it('is the service that takes a whole processor where there are no limits', () => {
    const metrics = each('cpu_millicores', { bank: samples(20, [990, 1000, 980]), pay: samples(2, [30, 30, 30]) }, steady(5));
    blames({ ...shop, metrics }, 'bank', 'usage');
  });

  it('is the service that calls reach late, not the caller that waits for it', () => {
    const edges = {
      'door>cart': { client_p50_ms: steady(5), server_p50_ms: steady(3) },
      'door>pay': { client_p50_ms: samples(20, [320, 330, 325]), server_p50_ms: samples(18, [318, 327, 322]) },
      'pay>bank': { client_p50_ms: samples(6, [306, 308, 307]), server_p50_ms: steady(4) },
    };
    blames({ ...shop, edges }, 'bank', 'gap');
  });

  it('is the service that spends the time its callers wait for', () => {
    const metrics = Object.fromEntries(
      shop.services.map(service => {
        const slow = service === 'cart' ? steady(0.05) : samples(0.05, [0.45, 0.46, 0.44]);
        return [service, { latency_avg_s: slow, requests_sum: steady(100) }];
      }),
    );
    blames({ ...shop, metrics, symptom: { service: 'door', metric: 'latency_avg_s' } }, 'bank', 'own');
  });

  it('is the service that fails when the symptom fails, not one that always does', () => {
    const available = (series: Series) => ({ availability_percent: series, requests_sum: steady(100) });
    const metrics = {
      door: available(samples(100, [90, 91, 100])),
      cart: available(samples(60, [55, 60, 58])),
      pay: available(samples(100, [89, 90, 100])),
      bank: available(steady(100)),
    };
    blames({ ...shop, metrics, symptom: { service: 'door', metric: 'availability_percent' } }, 'pay', 'own');
  });

  it('is the service that got slower than its own calls', () => {
    const latency = (server: Series, client: Series) => ({
      server_latency_p90_s: server,
      server_latency_p95_s: server,
      client_latency_p90_s: client,
      client_latency_p95_s: client,
    });
    const metrics = {
      door: latency(samples(0.3, [1.3, 1.3, 1.3]), samples(0.2, [1.2, 1.2, 1.2])),
      pay: latency(samples(0.1, [1.1, 1.1, 1.1]), steady(0.02)),
    };
    blames({ ...shop, metrics }, 'pay', 'slow');
  });

  it('is the caller whose callees fall silent while it is called as before', () => {
    const metrics = each('request_rate', { bank: samples(8, [0, 0, 0]) }, steady(8));
    blames({ ...shop, metrics }, 'pay', 'flow');
  });

  it('is the caller whose calls vanish from the mesh', () => {
    const metrics = each('request_rate', { bank: samples(8, [3, 3, 3]) }, steady(8));
    const edges = { 'door>pay': { client_p50_ms: steady(5) }, 'pay>bank': { client_p50_ms: samples(5, []) } };
    blames({ ...shop, metrics, edges }, 'pay', 'flow');
  });

  it('is the entry when it fails and nothing behind it shows a thing', () => {
    const metrics = { ...each('cpu_percent', {}, steady(5)), door: { entry_success_percent: samples(100, [80, 82, 81]) } };
    blames({ ...shop, metrics }, 'door', 'failure');
  });

  it('is compared with the history where the recording itself has no calm', () => {
    const after: Series = [[onset + 60, 99]];
    const calm = each('cpu_percent', {}, steady(5));
    const metrics = { cart: { cpu_percent: after }, pay: { cpu_percent: [[onset + 60, 5]] as Series } };
    assert.equal(top({ ...shop, metrics, history: { metrics: calm } }), 'cart');
  });

  it('is compared with the last sample before the onset where nothing else is known', () => {
    const slow = (value: number) => ({
      latency_avg_s: [[onset - 60, 0.05] as const, [onset + 60, value] as const],
      requests_sum: steady(100),
    });
    const metrics: Measured = { door: slow(0.45), cart: slow(0.05), pay: slow(0.45), bank: slow(0.06) };
    assert.equal(top({ ...shop, metrics }), 'pay');
  });

  it('does not count a sample that lies mostly before the onset', () => {
    const early = samples(5, []).concat([[onset + 2, 99]], [[onset + 62, 5]]);
    const metrics = each('cpu_percent', { cart: early, pay: samples(5, [60, 60, 60]) }, steady(5));
    assert.equal(top({ ...shop, metrics }), 'pay');
  });

  it('keeps the order of the services when nothing is known', () => {
    assert.deepEqual(
      rankCauses(shop).map(cause => [cause.service, cause.share]),
      shop.services.map(service => [service, 0.25]),
    );
  });

  it('is ranked without services, too', () => assert.deepEqual(rankCauses({ services: [], needs: [], onset }), []));
});

const anySeries = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 4 }))
  .map(([calm, after]) => samples(calm, after));
const metricNames = ['cpu_percent', 'memory_percent', 'request_rate', 'latency_avg_s', 'requests_sum', 'availability_percent'];
const anyMetrics = fc.record(Object.fromEntries(metricNames.map(name => [name, anySeries])), { requiredKeys: [] });
const anyRecording: fc.Arbitrary<Recording> = fc
  .record({ door: anyMetrics, cart: anyMetrics, pay: anyMetrics, bank: anyMetrics })
  .map(metrics => ({ ...shop, metrics: metrics as Measured }));

const rounded = (recording: Recording): Record<string, string> =>
  Object.fromEntries(rankCauses(recording).map(cause => [cause.service, cause.score.toFixed(6)]));

describe('a ranking', () => {
  it('names every service once, with shares that sum to 1', () => {
    fc.assert(
      fc.property(anyRecording, recording => {
        const causes = rankCauses(recording);
        assert.deepEqual(causes.map(cause => cause.service).sort(), [...shop.services].sort());
        assert.ok(Math.abs(causes.reduce((sum, cause) => sum + cause.share, 0) - 1) < 1e-9);
      }),
    );
  });

  it('changes its names and nothing else when the services are renamed', () => {
    const other: Readonly<Record<string, string>> = { door: 'z', cart: 'y', pay: 'x', bank: 'a' };
    const named = (name: string): string => other[name] ?? name;
    fc.assert(
      fc.property(anyRecording, recording => {
        const renamed: Recording = {
          ...recording,
          services: recording.services.map(named),
          needs: recording.needs.map(([caller, callee]) => [named(caller), named(callee)] as const),
          metrics: Object.fromEntries(Object.entries(recording.metrics ?? {}).map(([service, metrics]) => [named(service), metrics])),
        };
        assert.deepEqual(
          rankCauses(renamed).map(cause => [cause.service, cause.share]),
          rankCauses(recording).map(cause => [named(cause.service), cause.share]),
        );
      }),
    );
  });

  it('gives the same scores in whatever order services and needs come', () => {
    fc.assert(
      fc.property(anyRecording, recording => {
        const turned: Recording = {
          ...recording,
          services: recording.services.toReversed(),
          needs: recording.needs.toReversed(),
          metrics: Object.fromEntries(Object.entries(recording.metrics ?? {}).toReversed()),
        };
        assert.deepEqual(rounded(turned), rounded(recording));
      }),
    );
  });

  it('is the same when all times are moved', () => {
    const later = (series: Series): Series => series.map(([at, value]) => [at + 5000, value] as const);
    fc.assert(
      fc.property(anyRecording, recording => {
        const metrics = Object.fromEntries(
          Object.entries(recording.metrics ?? {}).map(([service, own]) => [
            service,
            Object.fromEntries(Object.entries(own).map(([name, series]) => [name, later(series)])),
          ]),
        );
        assert.deepEqual(rounded({ ...recording, metrics, onset: onset + 5000 }), rounded(recording));
      }),
    );
  });

  it('is not changed in order by a healthy service that nobody calls', () => {
    fc.assert(
      fc.property(anyRecording, recording => {
        const wider = { ...recording, services: [...recording.services, 'idle'] };
        const order = rankCauses(wider).map(cause => cause.service);
        assert.deepEqual(
          order.filter(service => service !== 'idle'),
          rankCauses(recording).map(cause => cause.service),
        );
      }),
    );
  });
});
