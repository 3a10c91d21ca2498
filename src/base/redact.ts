import { createHmac, randomBytes } from 'node:crypto';

/** Made anew in each process, so that a placeholder cannot be matched against guesses made elsewhere. */
const key = randomBytes(16);

/** A stable name for a secret within this process: same secret, same placeholder; nothing of the value is kept. */
export function placeholder(value: string): string {
  const hash = createHmac('sha256', key).update(value).digest('hex').slice(0, 4);
  return `‹redacted:${value.length}:${hash}›`;
}

interface Rule {
  /** Cheap test that lets most lines pass untouched. */
  readonly hint: RegExp;
  /** Group `secret` is replaced, or the whole match where there is no such group. */
  readonly find: RegExp;
}

const rules: readonly Rule[] = [
  { hint: /PRIVATE KEY/, find: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,16384}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g },
  { hint: /eyJ/, find: /\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{4,8192}(?:\.[A-Za-z0-9_-]{0,4096})?/g },
  { hint: /A[KS]IA/, find: /\bA[KS]IA[A-Z0-9]{16}\b/g },
  { hint: /gh[pousr]_|github_pat_/, find: /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})/g },
  { hint: /glpat-/, find: /\bglpat-[A-Za-z0-9_-]{16,255}/g },
  { hint: /npm_/, find: /\bnpm_[A-Za-z0-9]{30,80}/g },
  { hint: /[sr]k[-_]/, find: /\b[sr]k[-_](?:live_|test_|proj-|ant-)?[A-Za-z0-9_-]{16,255}/g },
  { hint: /xox|xapp-/, find: /\b(?:xox[a-z]-|xapp-)[A-Za-z0-9-]{10,255}/g },
  { hint: /AIza/, find: /\bAIza[A-Za-z0-9_-]{30,80}/g },
  { hint: /:AA/, find: /\b(?:bot)?\d{6,12}:AA[A-Za-z0-9_-]{30,60}/g },
  { hint: /:\/\/[^/\s@]{1,512}@/, find: /(?<=:\/\/[^/\s:@]{0,256}:)(?<secret>[^/\s@]{1,256})(?=@)/g },
  { hint: /authorization|cookie/i, find: /(?<=\b(?:authorization|(?:set-)?cookie)["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:bearer|basic|token)\s{1,4})?)(?<secret>[^\s"',]{4,4096})/gi },
  { hint: /bearer/i, find: /(?<=\bbearer\s{1,4})(?<secret>[A-Za-z0-9._~+/=-]{8,4096})/gi },
  {
    hint: /passw|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential/i,
    find: /(?<=(?:passw(?:or)?d|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?)["']?\s{0,4}[=:]\s{0,4})(?<secret>"[^"\s]{3,512}"|'[^'\s]{3,512}'|[^\s"',;&})\]]{3,512})/gi,
  },
];

/** Words that follow `token:` or `password=` in plain prose and are no secret. */
const plainWords = /^(?:["']?)(?:true|false|null|none|undefined|expired|invalid|missing|required|empty|set|unset|not|is|was|the|refreshed?|ok)(?:["']?)$/i;

/**
 * Replaces secrets by placeholders. Linear in the length of the text, idempotent, and it never looks at "default-looking" values
 * with mercy: `password=test` is a secret too.
 */
export function redact(text: string): string {
  let out = text;
  for (const rule of rules) {
    if (!rule.hint.test(out)) continue;
    out = out.replace(rule.find, match => (match.includes('‹redacted:') || plainWords.test(match) ? match : placeholder(match)));
  }
  return out;
}

/** Keys of an environment whose values are settings and no secrets. */
const openKeys = /^(?:PATH|HOME|HOSTNAME|LANG|LC_[A-Z]+|TZ|TERM|PWD|SHLVL|USER|SHELL|PORT|HOST|NODE_ENV|DEBIAN_FRONTEND|[A-Z0-9_]*_VERSION)$/;

/** `KEY=value` with the value hidden unless the key is known to be harmless. */
export function redactEnv(entry: string): string {
  const at = entry.indexOf('=');
  if (at < 0) return redact(entry);
  const name = entry.slice(0, at);
  return openKeys.test(name) ? entry : `${name}=${placeholder(entry.slice(at + 1))}`;
}
