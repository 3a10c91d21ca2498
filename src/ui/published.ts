import type { Port, ServerReach } from '../model/service.ts';

/** A published port as a page that a browser can open. */
export interface Page {
  readonly port: number;
  readonly url: string;
}

const everywhere = new Set(['', '0.0.0.0', '::', '[::]']);
const secure = new Set([443, 8443, 9443]);

/** The machine's name in an address: its own for a remote engine, else this one. */
function machine(address: string | undefined, reach: ServerReach): string {
  if (address !== undefined && !everywhere.has(address)) return address;
  return reach.kind === 'tcp' ? reach.host : 'localhost';
}

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

/** Pages of the published TCP ports, lowest first, one per port. An address that makes no URL is left out. */
export function publishedPages(ports: readonly Port[], reach: ServerReach): readonly Page[] {
  const pages = new Map<number, Page>();
  for (const port of ports) {
    if (port.protocol !== 'tcp' || port.host === undefined || pages.has(port.host)) continue;
    const scheme = secure.has(port.container) || secure.has(port.host) ? 'https' : 'http';
    const url = `${scheme}://${bracketed(machine(port.address, reach))}:${port.host}/`;
    if (URL.canParse(url)) pages.set(port.host, { port: port.host, url });
  }
  return [...pages.values()].sort((a, b) => a.port - b.port);
}
