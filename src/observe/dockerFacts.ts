import { redact } from '../base/redact.ts';
import { displaySafe } from '../base/safeText.ts';
import type { Seal } from '../base/seal.ts';
import type { Facts, Health, ServiceState } from '../model/service.ts';
import { readMake } from './dockerMake.ts';
import { type Fields, fields, given, items, text, time, whole } from './readers.ts';

const states: Readonly<Record<string, ServiceState>> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  stopping: 'running',
  restarting: 'restarting',
  paused: 'paused',
  exited: 'exited',
  stopped: 'exited',
  dead: 'exited',
  removing: 'exited',
};

/** The engine's word for a state (Podman's too) -> ours; a word we do not know is `unknown`. */
export const stateOf = (word: unknown): ServiceState => {
  const key = text(word).toLowerCase();
  return (Object.hasOwn(states, key) ? states[key] : undefined) ?? 'unknown';
};

const healths: ReadonlySet<string> = new Set<Health>(['starting', 'healthy', 'unhealthy']);

function healthOf(health: Fields, state: ServiceState): Health {
  const word = text(health['Status']);
  // A stopped container keeps its last health; it says nothing about now.
  if (state !== 'running' && state !== 'paused') return 'none';
  return healths.has(word) ? (word as Health) : 'none';
}

/** The newest result of this run; the engine keeps those of earlier runs, too. */
function lastHealth(health: Fields, startedAt: number | undefined): Facts['healthLast'] {
  const entries = items(health['Log']).map(fields);
  const last = entries.findLast(entry => startedAt === undefined || (time(entry['Start']) ?? startedAt) >= startedAt);
  if (last === undefined) return undefined;
  return { exit: whole(last['ExitCode']), output: displaySafe(redact(text(last['Output']).slice(0, 4096)), 300) };
}

function testOf(config: Fields): boolean {
  const test = items(fields(config['Healthcheck'])['Test']);
  return test.length > 0 && test[0] !== 'NONE';
}

const ownPort = /(?:\blocalhost|\b127\.0\.0\.1|\b0\.0\.0\.0|\[::1?\])[: ](\d{2,5})\b/g;

/** The ports that a check of its own host asks: `nc -z 127.0.0.1 8080`, `http://localhost:8080/up`. */
function checkedPorts(config: Fields): readonly number[] | undefined {
  const test = items(fields(config['Healthcheck'])['Test']).slice(0, 64).map(text).join(' ').slice(0, 2000);
  const found = [...test.matchAll(ownPort)].map(([, port]) => Number(port)).filter(port => port < 65_536);
  return found.length === 0 ? undefined : [...new Set(found)];
}

const policies: ReadonlySet<string> = new Set(['always', 'unless-stopped', 'on-failure']);

function policyOf(host: Fields): Facts['restartPolicy'] {
  const policy = fields(host['RestartPolicy']);
  const name = text(policy['Name']);
  return {
    name: policies.has(name) ? (name as Facts['restartPolicy']['name']) : 'no',
    max: whole(policy['MaximumRetryCount']),
  };
}

/** While it runs the engine reports 0, and a container that never ran has none. */
function exitOf(state: Fields, word: ServiceState): number | undefined {
  const ended = word === 'exited' || word === 'restarting' || (word === 'created' && text(state['Error']) !== '');
  return ended && typeof state['ExitCode'] === 'number' ? whole(state['ExitCode']) : undefined;
}

/** The answer of inspect -> facts; what it was made from only where there is a seal. Undefined when it is not that of a container. */
export function readFacts(answer: unknown, seal?: Seal): Facts | undefined {
  const container = fields(answer);
  const [state, config, host] = [fields(container['State']), fields(container['Config']), fields(container['HostConfig'])];
  const instance = text(container['Id']);
  if (!/^[0-9a-f]{64}$/.test(instance)) return undefined;
  const word = stateOf(state['Status']);
  const health = fields(state['Health'] ?? state['Healthcheck']);
  const startedAt = time(state['StartedAt']);
  const error = displaySafe(redact(text(state['Error']).slice(0, 4096)), 500);
  const [limit, pids] = [whole(host['Memory']), whole(host['PidsLimit'])];
  return {
    instance,
    state: word,
    health: healthOf(health, word),
    ...given('healthLast', lastHealth(health, startedAt)),
    failingStreak: whole(health['FailingStreak']),
    ...given('checkedPorts', checkedPorts(config)),
    hasHealthcheck: testOf(config) || text(health['Status']) !== '',
    ...given('exitCode', exitOf(state, word)),
    oomKilled: state['OOMKilled'] === true,
    ...given('error', error || undefined),
    ...given('createdAt', time(container['Created'])),
    ...given('startedAt', startedAt),
    ...given('finishedAt', time(state['FinishedAt'])),
    startedExact: text(state['StartedAt']),
    restartCount: whole(container['RestartCount']),
    restartPolicy: policyOf(host),
    image: text(config['Image']),
    imageId: text(container['Image']),
    tty: config['Tty'] === true,
    logDriver: text(fields(host['LogConfig'])['Type']),
    stopSignal: text(config['StopSignal']) || 'SIGTERM',
    stopTimeout: typeof config['StopTimeout'] === 'number' ? whole(config['StopTimeout']) : 10,
    ...given('memoryLimit', limit > 0 ? limit : undefined),
    ...given('pidsLimit', pids > 0 ? pids : undefined),
    ...given('make', seal && readMake(container, seal)),
  };
}
