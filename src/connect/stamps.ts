const form = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** The form in which the engine writes all its stamps: 9 stands for a digit. */
const usualForm = '9999-99-99T99:99:99.999999999Z';
const usualCodes = [...usualForm].map(char => char.charCodeAt(0));
/** Length of such a stamp. */
export const usualLength = usualForm.length;
const [zero, nine] = [48, 57];
const isDigit = (code: number): boolean => code >= zero && code <= nine;

/** The newest that was found usual: a log compares each of its stamps with the one before. */
let lastUsual = usualForm;

function isUsual(stamp: string): boolean {
  if (stamp === lastUsual) return true;
  if (stamp.length !== usualLength) return false;
  for (let at = 0; at < usualLength; at++) {
    const wanted = usualCodes[at];
    const code = stamp.charCodeAt(at);
    if (wanted === nine ? !isDigit(code) : code !== wanted) return false;
  }
  lastUsual = stamp;
  return true;
}

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

/** The newest second that was parsed: most lines of a log share theirs with the line before. */
let parsed = { second: '', ms: 0 };

/** A stamp of the engine (RFC 3339, up to nanoseconds) in ms since the epoch; 0 when it is none. */
export function stampMs(stamp: string): number {
  if (isUsual(stamp)) return usualMs(stamp);
  const moment = momentOf(stamp);
  return moment === undefined ? 0 : moment.second * 1000 + Math.floor(Number(moment.nanos) / 1e6);
}

function usualMs(stamp: string): number {
  const second = stamp.slice(0, 19);
  if (second !== parsed.second) parsed = { second, ms: Date.parse(`${second}Z`) };
  return Number.isNaN(parsed.ms) ? 0 : parsed.ms + Number(stamp.slice(20, 23));
}

/** The bytes of the newest second that was parsed, the dot behind it included. */
const secondLength = 20;
const secondBytes = new Uint8Array(secondLength);
let secondMs = Number.NaN;

function isSameSecond(bytes: Uint8Array, from: number): boolean {
  // The last digits differ first.
  for (let at = secondLength - 1; at >= 0; at--) if (bytes[from + at] !== secondBytes[at]) return false;
  return true;
}

/** `stampMs` of bytes that begin with a stamp of the usual form and a space; undefined where they do not. */
export function stampMsAt(bytes: Buffer, from: number): number | undefined {
  if (bytes.length < from + usualLength + 1 || bytes[from + usualLength] !== 32) return undefined;
  if (isSameSecond(bytes, from)) {
    for (let at = from + secondLength; at < from + usualLength - 1; at++) if (!isDigit(bytes[at] as number)) return undefined;
    if (bytes[from + usualLength - 1] !== 90) return undefined;
  } else if (!learnSecond(bytes, from)) return undefined;
  const digit = (at: number): number => (bytes[from + at] as number) - zero;
  return secondMs + digit(20) * 100 + digit(21) * 10 + digit(22);
}

function learnSecond(bytes: Buffer, from: number): boolean {
  const stamp = bytes.toString('latin1', from, from + usualLength);
  const ms = isUsual(stamp) ? Date.parse(`${stamp.slice(0, secondLength - 1)}Z`) : Number.NaN;
  if (Number.isNaN(ms)) return false;
  secondBytes.set(bytes.subarray(from, from + secondLength));
  secondMs = ms;
  return true;
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
  return isUsual(b) && isUsual(a) ? byText(a, b) : byMoment(momentOf(a), momentOf(b));
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
