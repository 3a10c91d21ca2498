/** A length of time in the largest unit that fits: "300 ms", "2 s", "5 min", "2 h", "3 d". Negative counts as zero. */
export function span(ms: number): string {
  const length = Math.max(0, ms);
  if (length < 950) return `${Math.round(length)} ms`;
  const seconds = Math.round(length / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** How long ago: "2 min ago". Servers' clocks may run ahead of ours, so the future is "just now". */
export function ago(at: number, now: number): string {
  if (at <= 0) return 'at an unknown time';
  return now - at < 1000 ? 'just now' : `${span(now - at)} ago`;
}

/** Time left as a countdown, rounded up so that it never says 0 while it runs: "3 h 12 min", "45 s". */
export function left(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** Clock time in UTC: "14:02:07 UTC". */
export const clockTime = (at: number): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;

/** Bytes as people say them: "64 MiB". */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  const value = count / 1024 ** step;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[step]}`;
}
