import { BlockList, isIP } from 'node:net';

/** Where a probe may go by default: the container's own addresses, and its ports as published on this machine. */
export interface Allowed {
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly protocol: string; readonly host?: number; readonly address?: string }[];
}

export type Checked = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly why: string };

/** Metadata services, links of the machine itself, and what no single machine answers. */
const denied4 = listOf('ipv4', [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);
/** The same, and every form that carries an IPv4 address within: compatible, mapped, NAT64, 6to4, Teredo. */
const denied6 = listOf('ipv6', [
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['ff00::', 8],
  ['::', 96],
  ['::ffff:0:0', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
]);
const enginePorts: ReadonlySet<string> = new Set(['2375', '2376']);

/** One list per family: a list of both also matches an IPv4 address as if it were mapped. */
function listOf(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
}

/** An address that nothing may be sent to, whatever allows it; text that is no address counts as one. */
export function isDenied(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return denied4.check(address, 'ipv4');
  return family !== 6 || address.includes('%') || (address !== '::1' && denied6.check(address, 'ipv6'));
}

/** Where engines listen; a container that holds one is not spoken to there. */
export const isEnginePort = (port: number): boolean => enginePorts.has(String(port));

/** Host of a URL without the brackets of IPv6 and the dot of the root. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
export const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);

const faults: readonly (readonly [(url: URL) => boolean, string])[] = [
  [url => url.protocol !== 'http:' && url.protocol !== 'https:', 'is neither http nor https'],
  [url => url.username !== '' || url.password !== '', 'holds a user name or password'],
  [url => enginePorts.has(url.port), 'names the port of a container engine'],
  [url => /(?:^|\.)(?:metadata|instance-data)(?:\.|$)/i.test(hostOf(url)), 'names a metadata service'],
  [url => isIP(hostOf(url)) !== 0 && isDenied(hostOf(url)), 'names an address that is never asked'],
];

/** Judges the parsed URL, never its text: a parser folds decimal, hex, octal, full-width and short forms. `why` follows "it". */
export function checkUrl(text: string): Checked {
  const url = URL.parse(text);
  if (url === null || hostOf(url) === '') return { ok: false, why: 'is no URL' };
  const fault = faults.find(([is]) => is(url));
  return fault === undefined ? { ok: true, url } : { ok: false, why: fault[1] };
}

const anywhere: Readonly<Record<string, readonly string[]>> = { '127.0.0.1': ['', '0.0.0.0'], '::1': ['', '::'] };

/** Whether a resolved address and port are the container's own. Another port of loopback belongs to somebody else. */
export function isOwn(address: string, port: number, { addresses, ports }: Allowed): boolean {
  if (isDenied(address)) return false;
  const wide = anywhere[address];
  if (wide === undefined) return addresses.includes(address) && !address.startsWith('127.');
  return ports.some(one => one.protocol === 'tcp' && one.host === port && (one.address === address || wide.includes(one.address ?? '')));
}
