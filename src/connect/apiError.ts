/** Loss of sight first, then answers that concern one call only. */
export type ApiCode =
  | 'no-engine'
  | 'down'
  | 'permission'
  | 'timeout'
  | 'tls'
  | 'not-docker'
  | 'config'
  | 'lost'
  | 'not-found'
  | 'conflict'
  | 'unchanged'
  | 'too-large'
  | 'refused'
  | 'server-error'
  | 'aborted';

export type LossCode = 'no-engine' | 'down' | 'permission' | 'timeout' | 'tls' | 'not-docker' | 'config' | 'lost';

/** What went wrong with a call: `message` is for people, `next` says what to do. */
export class ApiError extends Error {
  readonly code: ApiCode;
  readonly next: string;

  constructor(code: ApiCode, text: string, next: string) {
    super(text);
    this.name = 'ApiError';
    this.code = code;
    this.next = next;
  }
}

interface Row {
  readonly find: RegExp;
  readonly code: ApiCode;
  readonly text: (where: string) => string;
  readonly next: string;
}

/** By the code that Node gives an error; the first row that fits. */
const rows: readonly Row[] = [
  {
    find: /^ENOENT$/,
    code: 'no-engine',
    text: where => `No Docker engine at ${where}: there is no such socket.`,
    next: 'Start Docker, or set the address in dozor.servers. Dozor keeps trying.',
  },
  {
    find: /^(?:EACCES|EPERM)$/,
    code: 'permission',
    text: where => `No permission to open ${where}.`,
    next: 'Add your user to the docker group (sudo usermod -aG docker $USER) and log in again, or use rootless Docker.',
  },
  {
    find: /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOTCONN|ENOTSOCK)$/,
    code: 'down',
    text: where => `The Docker engine at ${where} is down: it does not accept connections.`,
    next: 'Start the engine. Dozor keeps trying and comes back by itself.',
  },
  {
    find: /^(?:ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/,
    code: 'down',
    text: where => `The host name of ${where} cannot be resolved.`,
    next: 'Check the address and the network. Dozor keeps trying.',
  },
  {
    find: /^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/,
    code: 'down',
    text: where => `${where} cannot be reached over the network.`,
    next: 'Check the address, the network and the firewall. Dozor keeps trying.',
  },
  {
    find: /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/,
    code: 'tls',
    text: where => `The TLS handshake with ${where} failed.`,
    next: 'Check ca.pem, cert.pem and key.pem of this server, and that its certificate names the host.',
  },
  {
    find: /^HPE_/,
    code: 'not-docker',
    text: where => `${where} does not speak Docker: its answer is not HTTP.`,
    next: 'Check the address; if the engine uses TLS, give its certificates.',
  },
];

export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** Any failure of a connection as an `ApiError`; `where` is the address for people. */
export function connectionError(error: unknown, where: string): ApiError {
  if (error instanceof ApiError) return error;
  const code = codeOf(error);
  if (code === 'ABORT_ERR') return new ApiError('aborted', 'The call was ended.', 'Try again.');
  const row = rows.find(row => row.find.test(code));
  const detail = error instanceof Error ? error.message.slice(0, 200) : '';
  if (row === undefined) return new ApiError('lost', `The connection to ${where} broke: ${detail || 'no reason given'}.`, keepsTrying);
  const text = row.code === 'tls' ? `${row.text(where)} ${detail}` : row.text(where);
  return new ApiError(row.code, text, row.next);
}

export const keepsTrying = 'Dozor keeps trying and comes back by itself.';

/** The engine took the connection and then said nothing. */
export const tooSlow = (where: string, ms: number): ApiError =>
  new ApiError(
    'timeout',
    `The Docker engine at ${where} does not answer (waited ${ms / 1000} s).`,
    `It may hang or be overloaded; restart it. ${keepsTrying}`,
  );

const lossCodes: ReadonlySet<string> = new Set<LossCode>([
  'no-engine',
  'down',
  'permission',
  'timeout',
  'tls',
  'not-docker',
  'config',
  'lost',
]);

/** Whether the failure says something about the server as a whole and not only about one call. */
export const isLoss = (error: unknown): error is ApiError & { readonly code: LossCode } =>
  error instanceof ApiError && lossCodes.has(error.code);
