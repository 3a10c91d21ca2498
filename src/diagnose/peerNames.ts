import type { LeveledLine } from '../model/logs.ts';
import type { Complaint } from '../model/probe.ts';

const lineCap = 2000;
const namesPerLine = 8;

/** What programs say when a peer cannot be reached. */
const unreachable =
  /\bE(?:CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|PIPE)\b|\bconnect(?:ion|ing|)\b|\b(?:lookup|dial|getaddrinfo|unreachable|timed out|timeout|deadline exceeded|no such host|could not (?:translate|resolve)|name resolution|host not found)\b/i;

/** Where a peer's name stands in such a line: before a port, behind a word that takes a name, in an address, before the complaint. */
const places: readonly RegExp[] = [
  /(?<![\w.-])([a-z0-9][\w.-]{0,127}):\d{2,5}(?!\d)/gi,
  /\b(?:E[A-Z]{4,12}|EAI_AGAIN|lookup|getaddrinfo(?: [A-Z_]+)?|host(?: ?name)?|connect(?:ing|ion)? to|reach|resolve|dial|server (?:at|on)) {1,3}["'`([]?(?=([a-z0-9][\w.-]{0,127}))/gi,
  /:\/\/(?:[^\s/@]{0,128}@)?([a-z0-9][\w.-]{0,127})/gi,
  /(?<![\w.-])([a-z0-9][\w.-]{0,127})["'`]?:? {1,3}(?:connection (?:refused|reset|timed out)|is unreachable|no such host|not known|temporary failure)/gi,
];

/** On the network of the machine every peer is behind loopback. */
export const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0']);

/** The peers that an error line cannot reach, in lower case: `connect ECONNREFUSED db:5432` names db. */
export function namesIn(text: string): readonly string[] {
  const line = text.slice(0, lineCap);
  if (!unreachable.test(line)) return [];
  const found = places.flatMap(place => [...line.matchAll(place)].slice(0, namesPerLine).map(match => match[1] ?? ''));
  return [...new Set(found.map(name => name.toLowerCase().replace(/[.-]+$/, '')))];
}

const refused = /\bECONNREFUSED\b|\brefused\b/i;
const timeout = /\bE?TIMEDOUT\b|\btimed? ?out\b|\btimeout\b|\bdeadline exceeded\b/i;
const http = /\bhttps?:\/\/|\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) \/|\bupstream\b/i;

const portOf = (text: string | undefined): number | undefined => {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
};

/** The port behind a name (lower case), 1…65535: `db:5432`, `db port 5432`, `"db" (10.0.0.3), port 5432`. */
export function portBehind(name: string, text: string): number | undefined {
  const line = text.slice(0, lineCap);
  const at = line.toLowerCase().indexOf(name);
  if (at < 0) return undefined;
  const rest = line.slice(at + name.length, at + name.length + 80);
  return portOf(/^(?:\]?:|["')]?,?(?: \([\da-f.:]{2,39}\),?)? (?:on )?port[ :=]{1,2})(\d{1,5})(?!\d)/i.exec(rest)?.[1]);
}

function complaintOf(text: string): Complaint {
  if (refused.test(text)) return 'refused';
  return timeout.test(text) ? 'timeout' : 'none';
}

/** What an error line says of others, whoever they are. */
export interface Said {
  /** In lower case, with the port where the line tells it. */
  readonly names: readonly { readonly name: string; readonly port: number | undefined }[];
  readonly complaint: Complaint;
  /** It speaks of a request over HTTP. */
  readonly http: boolean;
}

/** A line never changes, so that what was read from it stays true. */
const read = new WeakMap<LeveledLine, Said>();

/** What the catalogue drew out of the line, then what stands where a peer stands. */
export function saidIn(line: LeveledLine): Said {
  const said = read.get(line) ?? readFrom(line);
  read.set(line, said);
  return said;
}

function readFrom({ known, text }: LeveledLine): Said {
  // Other rows draw out names of users, modules and tables.
  const drawn = known?.peer ?? (known?.row.startsWith('dns/') === true ? known.name : undefined);
  const byRow = drawn === undefined ? [] : [{ name: drawn.toLowerCase(), port: portOf(known?.port) }];
  const byPlace = namesIn(text).map(name => ({ name, port: portBehind(name, text) }));
  const head = text.slice(0, lineCap);
  return { names: [...byRow, ...byPlace], complaint: complaintOf(head), http: http.test(head) };
}
