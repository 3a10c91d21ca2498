/**
 * Three characters, in any case, of each text that a rule of redaction may hide something in: where none of them stands there is no secret.
 * They are chosen to be rare in logs; a false friend costs one look at the rules.
 */
const grams: readonly string[] = [
  // An address with a password; keys and tokens with a prefix of their own.
  ...[
    '://',
    'eyj',
    'kia',
    'sia',
    'hp_',
    'ho_',
    'hu_',
    'hs_',
    'hr_',
    '_pa',
    'glp',
    'pm_',
    'sk-',
    'sk_',
    'rk-',
    'rk_',
    'xox',
    'xap',
    'aiz',
    ':aa',
  ],
  // Authorization, cookie, bearer, signature; password, passphrase, -pass, pwd, secret, token, credential.
  ...['riz', 'kie', 'bea', 'sig', 'ssw', 'ssp', '-pa', 'pwd', 'ecr', 'tok', 'ede'],
  // The key of an api, access, account, encryption, and a private one.
  ...[
    'pik',
    'i-k',
    'i_k',
    'i k',
    'ssk',
    's-k',
    's_k',
    's k',
    'ntk',
    't-k',
    't_k',
    't k',
    'onk',
    'n-k',
    'n_k',
    'n k',
    'tek',
    'e-k',
    'e_k',
    'e k',
  ],
];

/** A line of a key is at least so wide, and all of it is base64. */
const keyWidth = 60;

/** Signs of the grams; the letter q is in none, so it stands for all others. */
const alphabet = 'q abcdefghijklmnoprstuvwxyz-_:/';
const signBits = 5;
const signMask = (1 << signBits) - 1;
const gramMask = (1 << (3 * signBits)) - 1;
/** Beside the sign: a character of base64; and one that is neither printable ASCII nor a tab. */
const [base64, strange] = [0x20, 0x40];

const kindOf = (code: number): number => {
  const char = String.fromCharCode(code);
  const sign = Math.max(0, alphabet.indexOf(char.toLowerCase()));
  const plain = code === 9 || (code >= 32 && code < 127);
  return (code < 128 ? sign : 0) | (/[A-Za-z0-9+/]/.test(char) ? base64 : 0) | (plain ? 0 : strange);
};
const kinds = Uint8Array.from({ length: 256 }, (_, code) => kindOf(code));

const present = new Uint8Array(gramMask + 1);
for (const gram of grams) present[[...gram].reduce((sum, char) => (sum << signBits) | alphabet.indexOf(char), 0)] = 1;

const isBase64 = (code: number): boolean => code < 128 && ((kinds[code] as number) & base64) !== 0;

/** Whether characters of base64 stand in a row as wide as a line of a key. Looks at every sixtieth, since such a row holds one of them. */
export function hasKeyLine(text: string): boolean {
  for (let at = keyWidth - 1; at < text.length; at += keyWidth) {
    let [first, end] = [at, at];
    while (first > 0 && isBase64(text.charCodeAt(first - 1)) && at - first < keyWidth) first--;
    while (end < text.length && isBase64(text.charCodeAt(end))) end++;
    if (end - first >= keyWidth) return true;
  }
  return false;
}

/** False: no rule of redaction finds anything in it. One pass over the characters. */
export function mayHoldSecret(text: string): boolean {
  let gram = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    gram = ((gram << signBits) | (code < 128 ? (kinds[code] as number) & signMask : 0)) & gramMask;
    if (present[gram] !== 0) return true;
  }
  return hasKeyLine(text);
}

/**
 * Where a line ends that may be taken as it stands: printable ASCII and tabs, without a place for a secret. -1: it must be looked at, or it
 * does not end in these bytes.
 */
export function plainEnd(bytes: Uint8Array, from: number, most: number): number {
  let gram = 0;
  // Characters of base64 in a row.
  let row = 0;
  const last = Math.min(bytes.length - 1, from + most);
  for (let at = from; at <= last; at++) {
    const kind = kinds[bytes[at] as number] as number;
    gram = ((gram << signBits) | (kind & signMask)) & gramMask;
    row = (kind & base64) === 0 ? 0 : row + 1;
    if (((kind & strange) | (present[gram] as number)) !== 0) return bytes[at] === 10 ? at : -1;
    if (row === keyWidth) return -1;
  }
  return -1;
}
