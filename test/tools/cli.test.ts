import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/time.ts';
import { runCli } from '../../src/tools/cli.ts';
import { investigateShape } from '../../src/tools/cliInvestigateShape.ts';
import type { CliFace, OpenEngine } from '../../src/tools/cliRun.ts';
import { entryShape, groupsShape, inspectShape, logLineShape, servicesShape, triageShape } from '../../src/tools/cliShapes.ts';
import { aService, type Cast, noon, shop, unstarted } from './scene.ts';

interface Told {
  readonly code: number;
  readonly out: string[];
  readonly err: string[];
  readonly wishes: Parameters<OpenEngine>[0][];
  readonly disposed: number;
}

async function dozor(line: string, cast: Cast = {}, over: Partial<CliFace> & { lines?: string[] } = {}): Promise<Told> {
  const told = { out: [] as string[], err: [] as string[], wishes: [] as Told['wishes'], disposed: 0 };
  const open: OpenEngine = async wish => {
    told.wishes.push(wish);
    const { engine } = await unstarted(cast);
    const dispose = (): void => {
      told.disposed++;
      engine.dispose();
    };
    return { engine, servers: ['local'], dispose };
  };
  const face: CliFace = {
    out: text => void told.out.push(text),
    err: text => void told.err.push(text),
    colours: false,
    signal: new AbortController().signal,
    clock: systemClock,
    ...over,
  };
  const code = await runCli(line.split(' ').filter(Boolean), face, open);
  return { ...told, code };
}

const lost: Cast = { lost: { code: 'no-engine', text: 'No Docker engine was found.', next: 'Start Docker.' } };
const calm: Cast = { services: [[aService('web')]] };

describe('dozor calibration', () => {
  it('says that nothing was judged yet, for people and for programs', async () => {
    const { code, out } = await dozor('calibration');
    assert.deepEqual([code, out.length], [0, 1]);
    assert.match(out[0] ?? '', /^No cause has been judged yet/);
    assert.deepEqual((await dozor('calibration --json')).out, ['{"rows":0}']);
  });
});

describe('dozor investigate', () => {
  it('exits 1 for a service with an issue and prints the verdict first', async () => {
    const { code, out, err } = await dozor('investigate shop/db');
    assert.deepEqual([code, err], [1, []]);
    assert.match(out[0] ?? '', /^db \(shop\) was killed for memory \(exit 137\)/);
    assert.ok(
      out.some(line => line.startsWith('Logs: no-data, its log is empty')),
      out.join('\n'),
    );
  });

  it('exits 0 for a healthy service, and 2 where it could not look', async () => {
    assert.equal((await dozor('investigate web', calm)).code, 0);
    assert.equal((await dozor('investigate web', { ...calm, unreadable: 'no log driver' })).code, 2);
    const blind = await dozor('investigate web', lost);
    assert.deepEqual([blind.code, blind.out], [2, []]);
  });

  it('prints one JSON object of the documented shape', async () => {
    const { code, out } = await dozor('investigate db --json');
    assert.deepEqual([code, out.length], [1, 1]);
    const found = investigateShape.parse(JSON.parse(out[0] ?? ''));
    assert.deepEqual(
      found.checks.map(({ check }) => check),
      ['state', 'logs', 'dependencies', 'changes', 'usage', 'memory'],
    );
  });

  it('needs a service, and exactly one', async () => {
    assert.match((await dozor('investigate')).err.join(), /^investigate needs a service, for example: dozor investigate web/);
    assert.match((await dozor('investigate a b')).err.join(), /"b" is one word too many/);
  });
});

describe('dozor triage', () => {
  it('exits 1 where there are issues and prints the verdict first', async () => {
    const { code, out, err } = await dozor('triage');
    assert.equal(code, 1);
    assert.equal(out[0], 'Critical: 1 issue (1 critical); 2 healthy, 1 quiet.');
    assert.ok(out.includes('  db (shop) was killed for memory (exit 137); its limit is 64 MiB'), out.join('\n'));
    assert.deepEqual(err, []);
  });

  it('exits 0 where all is well', async () => assert.equal((await dozor('triage', calm)).code, 0));

  it('exits 2 where it could not look, and says why and what to do', async () => {
    const { code, out } = await dozor('triage', lost);
    assert.equal(code, 2);
    assert.equal(out[0], 'Unknown: no issues; 1 unknown.');
    assert.match(out.join('\n'), /No Docker engine was found\. Next: Start Docker\./);
  });

  it('prints one JSON object of the documented shape in each of these cases', async () => {
    for (const [cast, health] of [
      [{}, 'critical'],
      [calm, 'healthy'],
      [lost, 'unknown'],
    ] as const) {
      const { out, err } = await dozor('triage --json', cast);
      assert.equal(out.length, 1);
      assert.equal(triageShape.parse(JSON.parse(out[0] ?? '')).health, health);
      assert.deepEqual(err, []);
    }
  });

  it('follows no logs, so that it asks little, and ends what it opened', async () => {
    const { wishes, disposed } = await dozor('triage --no-memory');
    assert.deepEqual(wishes, [{ followLogs: false, server: undefined, memory: false }]);
    assert.equal(disposed, 1);
  });

  it('colours for a terminal only', async () => {
    assert.match((await dozor('triage', {}, { colours: true })).out[0] ?? '', /^\u001b\[31mCritical/);
    assert.doesNotMatch((await dozor('triage')).out.join(), /\u001b/);
  });

  it('lets nothing from outside reach the terminal', async () => {
    const evil = aService('evil', { name: 'a\n\u001b]52;c;eA==\u0007\u202eb', state: 'exited' });
    const { out } = await dozor('triage', {
      services: [[evil, { state: 'exited', exitCode: 1, error: '\u001b[2J', finishedAt: noon - 5000 }]],
    });
    for (const line of out) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
  });
});

describe('dozor services', () => {
  it('prints each service with its state', async () => {
    const { code, out, err } = await dozor('services');
    assert.equal(code, 0);
    assert.ok(out.includes('db (shop)       exited 137 OOM, 2 min ago'), out.join('\n'));
    assert.equal(err.at(-1), '4 services on 1 server.');
  });

  it('prints JSON of the documented shape', async () => {
    const { out } = await dozor('services --json');
    const { services } = servicesShape.parse(JSON.parse(out.join('')));
    const ids = services.map(one => one.id).sort();
    assert.deepEqual(ids, ['local/shop/api', 'local/shop/db', 'local/shop/migrate', 'local/shop/web']);
  });

  it('exits 2 with the reason where no server is in sight', async () => {
    const { code, err } = await dozor('services', lost);
    assert.equal(code, 2);
    assert.match(err.join('\n'), /No Docker engine was found.*Start Docker\./);
  });
});

describe('dozor inspect', () => {
  it('prints the facts of one service', async () => {
    const { code, out } = await dozor('inspect db');
    assert.equal(code, 0);
    assert.equal(out[0], 'db (shop): exited 137 OOM, 2 min ago');
    assert.ok(out.includes('  exit code: 137'));
  });

  it('prints JSON with the inspect of the engine', async () => {
    const read = inspectShape.parse(JSON.parse((await dozor('inspect db --json')).out.join('')));
    assert.deepEqual([read.service.exitCode, read.service.oomKilled], [137, true]);
    assert.match(JSON.stringify(read.inspect), /redacted/);
  });

  it('prints groups without a service', async () => {
    assert.match(
      (await dozor('inspect --mode groups')).out.join('\n'),
      /1 group: 1 with issues\.\n {2}shop on local: critical, 4 services/,
    );
    groupsShape.parse(JSON.parse((await dozor('inspect --mode groups --json')).out.join('')));
  });

  it('prints one group by its name, and exits 2 with the nearest for an unknown one', async () => {
    assert.match((await dozor('inspect --group shop')).out.join('\n'), /^1 group: 1 with issues\.\n {2}shop on local: critical/);
    const read = groupsShape.parse(JSON.parse((await dozor('inspect --group shop --json')).out.join('')));
    assert.deepEqual(
      read.groups.map(({ group, members }) => [group, members.length]),
      [['shop', 4]],
    );
    const { code, out, err } = await dozor('inspect --group shpo');
    assert.deepEqual([code, out], [2, []]);
    assert.deepEqual(err, ['There is no group "shpo". Did you mean "shop"?']);
  });

  it('exits 2 with the nearest names for an unknown service', async () => {
    const { code, out, err } = await dozor('inspect dbb');
    assert.deepEqual([code, out], [2, []]);
    assert.match(err.join(), /There is no service "dbb"\. Did you mean "db".*"dozor services" lists them\./);
  });
});

describe('dozor logs', () => {
  const cast: Cast = { services: shop ?? [], logs: { web: ['INFO one', '\u001b[31mERROR\u001b[0m two', 'three \u001b]0;x\u0007'] } };

  it('prints the newest lines with their time, without control characters', async () => {
    const { code, out } = await dozor('logs web --tail 2', cast);
    assert.equal(code, 0);
    assert.deepEqual(out, ['11:59:01 UTC ERROR two', '11:59:02 UTC three']);
  });

  it('narrows by level and text', async () => {
    assert.deepEqual((await dozor('logs web --level error', cast)).out, ['11:59:01 UTC ERROR two']);
    assert.deepEqual((await dozor('logs web --contains ONE', cast)).out, ['11:59:00 UTC INFO one']);
  });

  it('prints one JSON object a line', async () => {
    const { out } = await dozor('logs web --json', cast);
    assert.deepEqual(
      out.map(line => logLineShape.parse(JSON.parse(line)).level),
      ['info', 'error', 'unknown'],
    );
  });

  it('exits 2 with the reason where the log cannot be read', async () => {
    const { code, err } = await dozor('logs web', { ...cast, unreadable: 'log driver none keeps no lines' });
    assert.deepEqual([code, err], [2, ['log driver none keeps no lines']]);
  });

  it('follows until it is told to end', async () => {
    const ending = new AbortController();
    const out: string[] = [];
    const code = await dozor('logs web --follow', cast, {
      signal: ending.signal,
      out: line => {
        if (out.push(line) === 3) setImmediate(() => ending.abort());
      },
    });
    assert.deepEqual([code.code, out.length], [0, 3]);
  });
});

describe('dozor watch', () => {
  it('prints entries as they are written, one JSON object a line, until its time is over', async () => {
    const { code, out } = await dozor('watch --json --for 50ms');
    assert.equal(code, 0);
    const entries = out.map(line => entryShape.parse(JSON.parse(line)));
    assert.ok(
      entries.some(entry => entry.kind === 'diagnosed' && entry.service === 'local/shop/db'),
      out.join('\n'),
    );
  });

  it('prints them in words, and follows logs so that it hears errors', async () => {
    const { out, wishes } = await dozor('watch --for 50ms');
    assert.match(out.join('\n'), /^\d\d:\d\d:\d\d UTC diagnosed db/m);
    assert.equal(wishes[0]?.followLogs, true);
  });

  it('exits 2 where it never saw a server, and says why at once', async () => {
    const { code, err } = await dozor('watch --for 50ms', lost);
    assert.equal(code, 2);
    assert.match(err.join(), /No Docker engine was found/);
  });
});

describe('A command line that is not understood', () => {
  it('exits 2, says what would be right on stderr, and opens nothing', async () => {
    const { code, out, err, wishes } = await dozor('triag --json');
    assert.deepEqual([code, out, wishes], [2, [], []]);
    assert.match(err.join(), /Did you mean "triage"/);
  });

  it('exits 0 for help', async () => {
    const { code, out } = await dozor('--help');
    assert.equal(code, 0);
    assert.match(out.join('\n'), /^dozor: see what is wrong/);
  });

  it('names the servers where --server knows none of that name', async () => {
    const { code, err } = await dozor('triage --server prod');
    assert.deepEqual([code, err], [2, ['There is no server "prod". Known: local.']]);
    assert.equal((await dozor('triage --server local', calm)).code, 0);
  });

  it('reports a surprise in one line and exits 2', async () => {
    const err: string[] = [];
    const face: CliFace = {
      out() {},
      err: line => void err.push(line),
      colours: false,
      signal: new AbortController().signal,
      clock: systemClock,
    };
    const code = await runCli(['triage'], face, () => Promise.reject(new Error('no\nway')));
    assert.deepEqual([code, err], [2, ['no way']]);
  });
});
