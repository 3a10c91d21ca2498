import { openCore } from '../../src/logWorker.ts';
import { slotBytes } from '../../src/observe/slotPool.ts';
import { frame, stamp } from '../fakes/fakeEngine.ts';
import { median } from './numbers.ts';

const rounds = 5;
/** Slots after which the log is asked for its digest; a follower asks four times a second. */
const slotsPerDigest = 40;

/** The lines as the engine sends them: stamped, framed, in pieces that end anywhere. */
function slotsOf(lines: readonly string[]): Buffer[] {
  const bytes = Buffer.concat(lines.map((line, n) => frame(1, `${stamp(n)} ${line}\n`)));
  return Array.from({ length: Math.ceil(bytes.length / slotBytes) }, (_, n) => bytes.subarray(n * slotBytes, (n + 1) * slotBytes));
}

/** Processor time of one log from its bytes to its digests, µs. Throws when a line is missing. */
function timeOf(slots: readonly Buffer[], lines: number): number {
  const core = openCore();
  core.take({ kind: 'open', feed: '1', service: 'bench/log', pattern: undefined, tty: false, newest: '' });
  const digest = (): number => core.take({ kind: 'digest', feed: '1' }).digest?.lines ?? 0;
  const before = process.cpuUsage();
  let told = 0;
  for (const [n, bytes] of slots.entries()) {
    core.take({ kind: 'bytes', feed: '1', bytes, passOver: false });
    if (n % slotsPerDigest === 0) told += digest();
  }
  told += digest();
  const { user, system } = process.cpuUsage(before);
  if (told !== lines) throw new Error(`${told} of ${lines} lines were told`);
  return user + system;
}

/** MB/s of processor time for all that the thread does with a log: frames, lines, redaction, what is new, level, catalogue, template, digest. */
export function wholePathSpeed(lines: readonly string[]): number {
  const slots = slotsOf(lines);
  const bytes = slots.reduce((sum, slot) => sum + slot.length, 0);
  timeOf(slots, lines.length);
  return bytes / median(Array.from({ length: rounds }, () => timeOf(slots, lines.length)));
}
