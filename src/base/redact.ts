import { hash, randomBytes } from 'node:crypto';
import { hasKeyLine, mayHoldSecret } from './secretHints.ts';

/** Made anew in each process, so that a placeholder cannot be matched against guesses made elsewhere. */
let key = randomBytes(32).toString('hex');

/** For other threads of this process: there, too, the same secret must get the same placeholder. */
export const redactKey = (): string => key;
export function useRedactKey(shared: string): void {
  key = shared;
}

/** A stable name for a secret within this process: same secret, same placeholder; nothing of the value is kept. */
function placeholder(value: string): string {
  // One call, because a hostile line may hold ten thousand "secrets" and an Hmac object for each holds the event loop.
  return `‹redacted:${value.length}:${hash('sha256', key + value, 'hex').slice(0, 4)}›`;
}

interface Rule {
  /** Cheap test that lets most lines pass untouched. What it needs must hold one of the grams of secretHints.ts. */
  readonly hint: { test(text: string): boolean };
  /** `keep` stays, `secret` is replaced; without such groups the whole match is replaced. */
  readonly find: RegExp;
}

const names = 'passw(?:or)?d|passwd|passphrase|[-_]pass|pwd|secret|token|(?:api|access|account|private|encryption)[-_ ]?key|credentials?';
// A quote may be escaped: JSON within JSON is common in logs.
const between = String.raw`(?:[-_](?:key|base|hash|value)){0,2}\\{0,3}["']?[ \t]{0,4}[=:]{1,2}>?[ \t]{0,4}`;
// A quoted value ends with its quote, spaces and all; an unterminated one with its line.
const quoted = String.raw`(?<=\\")(?:[^"\\\r\n]|\\+[^"\\\r\n])+|(?<=[^\\]")[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*|(?<=')[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*`;

/**
 * Every repeat either has a bound or runs over a class that ends it, and a match begins only where its word stands: linear in any text.
 * A secret has no upper bound, or its tail would stay.
 */
const rules: readonly Rule[] = [
  { hint: /:\/\//, find: /(?<=:\/\/[^/\s:‹›]{0,256}:)[^/\s"'<>]+(?=@)/g },
  {
    hint: /PRIVATE KEY/,
    find: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-(?!----)[^-]*)*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  },
  // A key that is logged comes line by line; its lines hold nothing but base64 of one width.
  { hint: { test: hasKeyLine }, find: /(?<=^[ \t]{0,8})(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[A-Za-z0-9+/]{60,76}={0,2}(?=\s*$)/gm },
  { hint: /eyJ/, find: /(?<![A-Za-z0-9])eyJ[\w-]{16,}(?:\.[\w-]+){0,4}/g },
  { hint: /A[KS]IA/, find: /(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { hint: /gh[pousr]_|github_pat_/, find: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g },
  { hint: /glpat-/, find: /(?<![A-Za-z0-9])glpat-[\w-]{16,}/g },
  { hint: /npm_/, find: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,}/g },
  { hint: /[sr]k[-_]/, find: /(?<![A-Za-z0-9])[sr]k[-_][\w-]{16,}/g },
  { hint: /xox|xapp-/, find: /(?<![A-Za-z0-9])(?:xox[a-z]-|xapp-)[A-Za-z0-9-]{10,}/g },
  { hint: /AIza/, find: /(?<![A-Za-z0-9])AIza[\w-]{30,}/g },
  { hint: /:AA/, find: /(?<!\d)\d{6,12}:AA[\w-]{30,}/g },
  {
    hint: /authorization/i,
    find: /(?<keep>authorization\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}["']?(?:(?:bearer|basic|token|apikey|negotiate|ntlm)\s{1,4})?)(?<secret>(?:digest|hawk|oauth|signature|aws4-hmac-sha256)\s[^\r\n]+|[^\s"',\\]{4,})/gi,
  },
  {
    hint: /cookie/i,
    find: /(?<keep>cookie\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}["']?)(?<secret>[^\s"'=;,\\]{1,128}=[^\r\n"'\\]+|[^\s"',;\\]{4,})/gi,
  },
  { hint: /bearer/i, find: /(?<keep>\bbearer\s{1,4})(?<secret>[\w.~+/=-]{8,})/gi },
  {
    hint: new RegExp(names, 'i'),
    find: new RegExp(`(?<keep>(?:${names})${between}\\\\{0,3}["'])(?<secret>${quoted})`, 'gi'),
  },
  {
    hint: new RegExp(names, 'i'),
    find: new RegExp(`(?<keep>(?:${names})${between})(?<secret>[^\\s"',;&})\\]\\\\<]{3,})`, 'gi'),
  },
  { hint: /--/, find: new RegExp(`(?<keep>(?<![\\w-])--[\\w-]{0,40}?(?:${names})[ \\t]{1,4})(?<secret>[^\\s"',;]{3,})`, 'gi') },
  { hint: /sig/i, find: /(?<keep>[?&][\w-]{0,32}?sig(?:nature)?=)(?<secret>[^\s&"'<>]{3,})/gi },
];

/** Words that follow `token:` or `password=` in plain prose and are no secret. */
const plainWords =
  /^(?:true|false|null|none|undefined|expired|invalid|missing|required|empty|set|unset|not|is|was|the|refreshed?|ok|expected|unexpected|authentication|authorization)$/i;
const hidden = /^‹redacted:\d+:[0-9a-f]{4}›$/;
const stays = (text: string): boolean => text === '' || hidden.test(text) || plainWords.test(text);

/** A bound for hostile text; two do for all else. */
const mostPasses = 5;

type Groups = Readonly<Record<'keep' | 'secret', string>> | undefined;

function hide(match: string, ...rest: readonly unknown[]): string {
  const last = rest.at(-1);
  const groups = (typeof last === 'object' ? last : undefined) as Groups;
  const secret = groups?.secret ?? match;
  return stays(secret) ? match : `${groups?.keep ?? ''}${placeholder(secret)}`;
}

/**
 * Replaces secrets by placeholders. Linear in the length of the text, idempotent, and it never looks at "default-looking" values
 * with mercy: `password=test` is a secret too.
 */
export const redact = (text: string): string => (mayHoldSecret(text) ? redactByRules(text) : text);

/** The same with a look at every rule, whatever the text. */
export function redactByRules(text: string): string {
  let [before, out] = [text, once(text)];
  // What one rule hides may have been the neighbour that kept another from seeing its secret.
  for (let pass = 1; pass < mostPasses && out !== before; pass++) [before, out] = [out, once(out)];
  return out;
}

const once = (text: string): string => rules.reduce((out, rule) => (rule.hint.test(out) ? out.replace(rule.find, hide) : out), text);

/** Keys of an environment whose values are settings and no secrets. */
const openKeys =
  /^(?:PATH|HOME|HOSTNAME|LANG|LC_[A-Z]+|TZ|TERM|PWD|SHLVL|USER|SHELL|PORT|HOST|NODE_ENV|DEBIAN_FRONTEND|[A-Z0-9_]*_VERSION)$/;

/** `KEY=value` with the value hidden unless the key is known to be harmless. */
export function redactEnv(entry: string): string {
  const at = entry.indexOf('=');
  if (at < 0 || openKeys.test(entry.slice(0, at))) return redact(entry);
  const value = entry.slice(at + 1);
  return value === '' || hidden.test(value) ? entry : `${entry.slice(0, at)}=${placeholder(value)}`;
}
