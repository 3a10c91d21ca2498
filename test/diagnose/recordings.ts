import type { RecordedLogs, Recording, Series } from '../../src/diagnose/recording.ts';

export const onset = 1000;

/** Ten calm samples a minute apart up to the onset, wobbling by a percent, and `after` behind it. */
export function samples(calm: number, after: readonly number[]): Series {
  const before = Array.from({ length: 10 }, (_, index) => [onset - 540 + 60 * index, calm * (1 + 0.01 * (index % 2))] as const);
  return [...before, ...after.map((value, index) => [onset + 60 * (index + 1), value] as const)];
}

/** A series that goes on as it was. */
export const steady = (value: number): Series => samples(value, [value, value * 1.01, value]);

/** One request after another, `gap` seconds between its lines; `lines` are [service, text]. */
export function requests(from: number, count: number, lines: readonly (readonly [string, string, number?])[]): [string, number, string][] {
  return Array.from({ length: count }, (_, index) => {
    let at = from + index;
    return lines.map(([service, text, gap = 0.01]): [string, number, string] => {
      at += gap;
      return [service, at, `INFO trace_id=${from}abcdef${index} ${text}`];
    });
  }).flat();
}

export function logsOf(lines: readonly (readonly [string, number, string])[]): RecordedLogs {
  const services = new Set(lines.map(([service]) => service));
  return Object.fromEntries(
    [...services].map(name => [name, lines.filter(([service]) => service === name).map(([, at, text]) => [at, text] as const)]),
  );
}

/** A shop: the door calls cart and pay, pay calls bank. */
export const shop: Recording = {
  services: ['door', 'cart', 'pay', 'bank'],
  needs: [
    ['door', 'cart'],
    ['door', 'pay'],
    ['pay', 'bank'],
  ],
  onset,
};
