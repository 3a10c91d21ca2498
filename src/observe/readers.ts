/** Tolerant readers for answers of the engine: what does not fit becomes empty, never an error. */

export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = {};

export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : none;

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const whole = (value: unknown): number => (typeof value === 'number' && Number.isSafeInteger(value) ? value : 0);

/** A count that may be too large for whole numbers to be exact; 0 for what is none. */
export const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0);

export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An RFC 3339 time in ms; absent for what is none and for the engine's "never" (year 1). */
export function time(value: unknown): number | undefined {
  const ms = Date.parse(text(value));
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
}

/** Leaves out what is absent, so that facts stay plain values without `undefined` in them. */
export const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
