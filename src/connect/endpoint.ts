import { displaySafe } from '../base/safeText.ts';

/** Paths of PEM files. */
export interface TlsPaths {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Where an engine listens. `others` are further usual places, looked at when nothing is at `path`. */
export type Endpoint =
  | { readonly kind: 'socket' | 'pipe'; readonly path: string; readonly others?: readonly string[] }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsPaths }
  | { readonly kind: 'unreachable'; readonly why: string; readonly next: string };

export interface AddressOptions {
  /** Talk TLS with these files; `{}` trusts the system's certificates. */
  readonly tls?: TlsPaths;
  /** Allows tcp without TLS to another machine. */
  readonly insecure?: boolean;
}

const cannot = (why: string, next: string): Endpoint => ({ kind: 'unreachable', why, next });
const forms = 'Use unix:///path/docker.sock, npipe:////./pipe/docker_engine or tcp://host:port.';

/** The three files as Docker names them in a folder of certificates. */
export const tlsFolder = (folder: string): TlsPaths => ({ ca: `${folder}/ca.pem`, cert: `${folder}/cert.pem`, key: `${folder}/key.pem` });

/** A Docker address as text -> endpoint. Never throws: what cannot be used says why and what to do instead. */
export function parseAddress(text: string, options: AddressOptions = {}): Endpoint {
  const shown = displaySafe(text, 120);
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  const read = scheme !== undefined && Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (read === undefined) return cannot(`"${shown}" is not the address of a Docker engine.`, forms);
  return read(text.slice((scheme ?? '').length + 3), shown, options);
}

type Reader = (rest: string, shown: string, options: AddressOptions) => Endpoint;

const schemes: Readonly<Record<string, Reader>> = {
  unix: (rest, shown) => (rest.startsWith('/') ? { kind: 'socket', path: rest } : cannot(`"${shown}" has no absolute path.`, forms)),
  npipe: rest => ({ kind: 'pipe', path: rest }),
  tcp: (rest, shown, options) => network(rest, shown, options),
  http: (rest, shown, options) => network(rest, shown, options),
  https: (rest, shown, options) => network(rest, shown, { ...options, tls: options.tls ?? {} }),
  ssh: (_rest, shown) =>
    cannot(
      `${shown} is reached by SSH, which this version does not do.`,
      'Forward its socket (ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock host) and set unix:///tmp/docker.sock in dozor.servers.',
    ),
};

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);

function network(rest: string, shown: string, options: AddressOptions): Endpoint {
  const url = parseUrl(rest);
  if (url === undefined) return cannot(`"${shown}" is not a host and a port.`, forms);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (options.tls === undefined ? 2375 : 2376) : Number(url.port);
  if (options.tls !== undefined) return { kind: 'tcp', host, port, tls: options.tls };
  if (isLoopback(host) || options.insecure === true) return { kind: 'tcp', host, port };
  return cannot(
    `${shown} is another machine and would be reached without TLS: anyone on the way could take it over.`,
    'Give its certificates ("tls" in dozor.servers), or set "insecure": true there if the network is yours alone.',
  );
}

function parseUrl(rest: string): URL | undefined {
  // A scheme of its own, so that no default port is dropped from the text.
  const url = URL.parse(`docker://${rest}`);
  const bare =
    url !== null && url.hostname !== '' && url.username === '' && url.password === '' && /^\/?$/.test(url.pathname) && url.search === '';
  return bare && url.port !== '0' ? url : undefined;
}

/** The address for people. */
export function showEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'socket') return `unix://${endpoint.path}`;
  if (endpoint.kind === 'pipe') return `npipe://${endpoint.path}`;
  if (endpoint.kind === 'tcp') return `tcp://${endpoint.host}:${endpoint.port}`;
  return 'no address';
}
