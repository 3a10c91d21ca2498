import type { Port, ServiceState } from '../model/service.ts';
import { stateOf } from './dockerFacts.ts';
import { type Labels, readLabels } from './labels.ts';
import { type Fields, fields, items, text, time, whole } from './readers.ts';

/** A container as list and inspect both show it; the parts from which a service is made. */
export interface Seen {
  readonly id: string;
  /** Without the leading slash; empty when it has none. */
  readonly name: string;
  readonly labels: Labels;
  readonly image: string;
  readonly state: ServiceState;
  /** ms since the epoch; 0 when not known. */
  readonly created: number;
  readonly ports: readonly Port[];
  /** Its own addresses in the networks it is in. */
  readonly addresses: readonly string[];
  /** What changes in a list when something happened: state, health, exit code and networks, without the running "Up 3 minutes". */
  readonly mark: string;
}

const portCap = 64;

/** `Up 3 minutes (unhealthy)` -> `unhealthy`; `Exited (137) 2 hours ago` -> `137`. */
const markOf = (status: string): string => /\((\d+|healthy|unhealthy|health: starting|Paused)\)/.exec(status)?.[1] ?? '';

const nameOf = (value: unknown): string => text(value).slice(0, 512).toWellFormed().replace(/^\//, '');

/** Links give a container further names, with a second slash in them. */
const firstName = (names: readonly unknown[]): string => names.map(nameOf).find(name => name !== '' && !name.includes('/')) ?? '';

/** One entry of the list; undefined when it has no usable id. */
export function seenInList(entry: unknown): Seen | undefined {
  const listed = fields(entry);
  const id = text(listed['Id']);
  if (!/^[0-9a-f]{64}$/.test(id)) return undefined;
  const state = stateOf(listed['State']);
  return {
    id,
    name: firstName(items(listed['Names'])),
    labels: readLabels(listed['Labels']),
    image: text(listed['Image']),
    state,
    created: whole(listed['Created']) * 1000,
    ports: items(listed['Ports']).slice(0, portCap).flatMap(listedPort),
    addresses: addressesIn(listed['NetworkSettings']),
    mark: `${state} ${markOf(text(listed['Status']))} ${networksIn(listed['NetworkSettings'])}`,
  };
}

function addressesIn(settings: unknown): string[] {
  const networks = Object.values(fields(fields(settings)['Networks']))
    .slice(0, 32)
    .map(fields);
  return networks.flatMap(network => [text(network['IPAddress']), text(network['GlobalIPv6Address'])]).filter(address => address !== '');
}

/** No event of the container tells that it was taken out of a network. */
const networksIn = (settings: unknown): string =>
  Object.keys(fields(fields(settings)['Networks']))
    .slice(0, 32)
    .sort()
    .join();

const protocolOf = (word: string): Port['protocol'] => (word === 'udp' || word === 'sctp' ? word : 'tcp');
const isPort = (n: number): boolean => Number.isInteger(n) && n > 0 && n < 65_536;

function makePort(container: number, protocol: string, host: number, address: string): Port[] {
  if (!isPort(container)) return [];
  const published = isPort(host) ? { host, ...(address === '' ? {} : { address }) } : {};
  return [{ container, protocol: protocolOf(protocol), ...published }];
}

function listedPort(value: unknown): Port[] {
  const port = fields(value);
  return makePort(whole(port['PrivatePort']), text(port['Type']), whole(port['PublicPort']), text(port['IP']));
}

/** What a list would show in brackets behind the state. */
function inspectedMark(state: Fields, word: ServiceState): string {
  if (word === 'exited' || word === 'restarting') return `${word} ${whole(state['ExitCode'])}`;
  if (word === 'paused') return `${word} Paused`;
  const health = text(fields(state['Health'])['Status']);
  const shown = word !== 'running' || health === 'none' ? '' : health === 'starting' ? 'health: starting' : health;
  return `${word} ${shown}`;
}

/** The same of an inspect. */
export function seenInInspect(answer: unknown): Seen | undefined {
  const container = fields(answer);
  const id = text(container['Id']);
  if (!/^[0-9a-f]{64}$/.test(id)) return undefined;
  const [config, state] = [fields(container['Config']), fields(container['State'])];
  const word = stateOf(state['Status']);
  return {
    id,
    name: nameOf(container['Name']),
    labels: readLabels(config['Labels']),
    image: text(config['Image']),
    state: word,
    created: time(container['Created']) ?? 0,
    ports: inspectedPorts(fields(container['NetworkSettings'])['Ports']),
    addresses: addressesIn(container['NetworkSettings']),
    mark: `${inspectedMark(state, word)} ${networksIn(container['NetworkSettings'])}`,
  };
}

function inspectedPorts(value: unknown): Port[] {
  return Object.entries(fields(value))
    .slice(0, portCap)
    .flatMap(([key, bindings]) => {
      const [number = '', protocol = ''] = key.split('/');
      const published = items(bindings).slice(0, 8).map(fields);
      if (published.length === 0) return makePort(Number(number), protocol, 0, '');
      return published.flatMap(binding => makePort(Number(number), protocol, Number(text(binding['HostPort'])), text(binding['HostIp'])));
    });
}
