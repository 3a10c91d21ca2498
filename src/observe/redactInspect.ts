import { redact, redactEnv } from '../base/redact.ts';

const depthCap = 32;

/** Whether `key: value` looks like a secret, judged as the patterns judge `key=value`. */
const isSecretPair = (key: string, value: string): boolean => redact(`${key}=${value}`) !== `${key}=${value}` && redact(value) === value;

function redactField(key: string, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return isSecretPair(key, value) ? redactEnv(`SECRET=${value}`).slice('SECRET='.length) : redact(value);
  if (key === 'Env' && Array.isArray(value)) return value.map(entry => (typeof entry === 'string' ? redactEnv(entry) : null));
  return redactValue(value, depth + 1);
}

/** A flag and its value may stand in two elements: `--password`, `hunter2`. */
function redactList(list: readonly unknown[], depth: number): unknown[] {
  return list.map((value, at) => {
    const before = list[at - 1];
    const key = typeof before === 'string' && before.startsWith('-') ? before : '';
    return redactField(key, value, depth);
  });
}

function redactValue(value: unknown, depth: number): unknown {
  if (depth > depthCap) return '…';
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return redactList(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  // fromEntries defines properties, so a label `__proto__` stays a label.
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, redactField(key, field, depth)]));
}

/** The answer of inspect with secrets replaced: the environment by key, all other texts by their looks. */
export const redactInspect = (answer: unknown): unknown => redactValue(answer, 0);
