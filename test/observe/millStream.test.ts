import assert from 'node:assert/strict';
import fc from 'fast-check';
import { silentLog } from '../../src/base/log.ts';
import { openCore } from '../../src/logWorker.ts';
import type { LogDigest } from '../../src/model/logs.ts';
import { inlineHost, type LogHost } from '../../src/observe/logHost.ts';
import { type Mill, MillStream } from '../../src/observe/millStream.ts';
import { cutAt } from '../fakes/cutAt.ts';
import { frame, stamp } from '../fakes/fakeEngine.ts';

const host = (): LogHost => inlineHost(async () => openCore(), silentLog);
const web = { service: 'local/web', pattern: undefined, tty: false };
const mostly = { now: 0, late: 0 };

/** A mill whose host can be exchanged. */
function benchOf(first: LogHost): { stream: MillStream; use(next: LogHost): void } {
  let current = first;
  const mill: Mill = { hostOf: () => current, room: async () => undefined, behind: () => void mostly.late++, steady: () => mostly.now };
  return {
    stream: new MillStream(mill, '1', 'local/web'),
    use(next) {
      current = next;
    },
  };
}

const errorsOf = (digest: LogDigest): string[] => digest.errors.map(line => line.text);

describe('a log on its way through the mill', () => {
  const texts = Array.from({ length: 12 }, (_, n) => `ERROR ${n} ${'é'.repeat(n)}`);
  const bytes = Buffer.concat(
    texts.flatMap((text, n) => [
      frame(n % 3 === 0 ? 2 : 1, `${stamp(n)} ${text.slice(0, 6)}`),
      frame(n % 3 === 0 ? 2 : 1, `${stamp(n)} ${text.slice(6)}\n`),
    ]),
  );

  it('goes on to the byte when another thread takes over, wherever that happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 4 }), async places => {
        const { stream, use } = benchOf(host());
        stream.open(web);
        const told: LogDigest[] = [];
        for (const chunk of cutAt(bytes, places)) {
          await stream.push(chunk);
          told.push(await stream.digest());
          use(host());
        }
        await stream.end();
        told.push(await stream.digest());
        assert.deepEqual(told.flatMap(errorsOf), texts);
        assert.equal(stream.since, '1767225600.011000000');
      }),
      { numRuns: 50 },
    );
  });

  it('knows in the thread that took over what it has read in the other', async () => {
    const { stream, use } = benchOf(host());
    stream.open(web);
    await stream.push(bytes);
    use(host());
    await stream.push(frame(1, `${stamp(20)} ERROR more\n`));
    await stream.end();
    assert.deepEqual(errorsOf(await stream.digest()), [...texts, 'ERROR more']);
    stream.open(web);
    await stream.push(Buffer.concat([bytes, frame(1, `${stamp(20)} ERROR more\n`), frame(1, `${stamp(21)} ERROR new\n`)]));
    await stream.end();
    assert.deepEqual(errorsOf(await stream.digest()), ['ERROR new']);
  });

  it('waits for the reading through a burst, and only counts what comes once it is late for a second', async () => {
    const slow: LogHost = host();
    const { stream } = benchOf(slow);
    const wide = Buffer.concat(Array.from({ length: 40 }, (_, n) => frame(1, `${stamp(n)} ${'x'.repeat(9000)}\n`)));
    stream.open({ ...web });
    Object.assign(mostly, { now: 0, late: 0 });
    await stream.push(wide.subarray(0, 200_000));
    mostly.now = 1500;
    await stream.push(wide.subarray(200_000));
    await stream.end();
    const { lines, dropped } = await stream.digest();
    assert.equal(lines + (dropped?.lines ?? 0), 40);
    assert.ok(mostly.late > 0 && (dropped?.lines ?? 0) > 0 && lines >= 20, `${lines} read`);
  });
});
