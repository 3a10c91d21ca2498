const form = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

const usual = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z$/;

interface Moment {
  readonly second: number;
  /** Nine digits. */
  readonly nanos: string;
}

function momentOf(stamp: string): Moment | undefined {
  const parts = form.exec(stamp);
  if (parts === null) return undefined;
  const ms = Date.parse(`${parts[1]}${parts[3]}`);
  return Number.isNaN(ms) ? undefined : { second: ms / 1000, nanos: (parts[2] ?? '').padEnd(9, '0') };
}

/** A stamp of the engine (RFC 3339, up to nanoseconds) in ms since the epoch; 0 when it is none. */
export function stampMs(stamp: string): number {
  const moment = momentOf(stamp);
  return moment === undefined ? 0 : moment.second * 1000 + Math.floor(Number(moment.nanos) / 1e6);
}

/** As the engine wants it in `since`: seconds, a dot, nine digits. */
export function sinceStamp(stamp: string): string | undefined {
  const moment = momentOf(stamp);
  return moment === undefined ? undefined : `${moment.second}.${moment.nanos}`;
}

/** Negative, zero or positive; exact to the nanosecond, whatever the zone and the number of digits. */
export function compareStamps(a: string, b: string): number {
  if (a === b) return 0;
  // The engine writes all its stamps alike; those compare as they are.
  return usual.test(a) && usual.test(b) ? byText(a, b) : byMoment(momentOf(a), momentOf(b));
}

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function byMoment(a: Moment | undefined, b: Moment | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.second - b.second || byText(a.nanos, b.nanos);
}

/** Digits of nanoseconds since the epoch -> the form of `since`. */
export const sinceNano = (nano: string): string => `${nano.slice(0, -9) || '0'}.${nano.slice(-9).padStart(9, '0')}`;

/** Digits of nanoseconds since the epoch -> ms. */
export const nanoMs = (nano: string): number => Number(nano.slice(0, -6) || '0');
