import { displaySafe } from '../base/safeText.ts';
import type { Seal } from '../base/seal.ts';
import type { Make } from '../model/change.ts';
import { type Fields, fields, items, text, whole } from './readers.ts';

const most = { env: 500, mounts: 100, networks: 32 } as const;
const name = (value: string): string => displaySafe(value, 120);

/** What inspect says a container was made from. No value of the environment leaves this function but as a seal. */
export function readMake(container: Fields, seal: Seal): Make {
  const [config, host] = [fields(container['Config']), fields(container['HostConfig'])];
  const composeHash = name(text(fields(config['Labels'])['com.docker.compose.config-hash']));
  return {
    image: name(text(config['Image'])),
    imageId: text(container['Image']).slice(0, 100),
    env: envOf(config, seal),
    command: seal(JSON.stringify([config['Entrypoint'] ?? null, config['Cmd'] ?? null])),
    mounts: mountsOf(container),
    networks: networksOf(container, host),
    limits: limitsOf(host),
    ...(composeHash === '' ? {} : { composeHash }),
  };
}

function envOf(config: Fields, seal: Seal): Make['env'] {
  const pairs = items(config['Env']).slice(0, most.env).map(text);
  return Object.fromEntries(
    pairs.map(pair => {
      const end = pair.indexOf('=');
      return end < 0 ? [name(pair), ''] : [name(pair.slice(0, end)), seal(pair.slice(end + 1))];
    }),
  );
}

/** The engine makes up a new name for a volume without one, each time. */
const isMadeUp = (volume: string): boolean => /^[0-9a-f]{64}$/.test(volume);

function mountsOf(container: Fields): string[] {
  const mounts = items(container['Mounts']).slice(0, most.mounts).map(fields);
  const shown = mounts.map(mount => {
    const volume = text(mount['Type']) === 'volume' ? text(mount['Name']) : '';
    const source = volume === '' ? text(mount['Source']) : isMadeUp(volume) ? 'volume without a name' : volume;
    return displaySafe(`${source} -> ${text(mount['Destination'])}${mount['RW'] === false ? ' (read-only)' : ''}`, 300);
  });
  return shown.sort();
}

/** Their names; for a container in another's network, or in the machine's own, that mode. */
function networksOf(container: Fields, host: Fields): string[] {
  const mode = text(host['NetworkMode']);
  if (mode === 'host' || mode.startsWith('container:')) return [name(mode)];
  const names = Object.keys(fields(fields(container['NetworkSettings'])['Networks']));
  return names.slice(0, most.networks).map(name).sort();
}

function limitsOf(host: Fields): Make['limits'] {
  const [memory, pids] = [whole(host['Memory']), whole(host['PidsLimit'])];
  const [nano, quota, period] = [whole(host['NanoCpus']), whole(host['CpuQuota']), whole(host['CpuPeriod'])];
  const cpus = nano > 0 ? nano / 1e9 : quota > 0 ? quota / (period > 0 ? period : 100_000) : 0;
  return { ...(memory > 0 ? { memory } : {}), ...(cpus > 0 ? { cpus } : {}), ...(pids > 0 ? { pids } : {}) };
}
