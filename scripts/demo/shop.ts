import { type Docker, mustDocker } from '../docker.ts';
import { ensureImage, image } from './image.ts';

const project = 'shop';
const network = 'shop_default';

interface Part {
  readonly service: string;
  /** Outside of the compose project. */
  readonly plain?: true;
  readonly needs?: readonly string[];
  readonly restart?: 'always' | 'on-failure';
  /** Shell command; the container is healthy while it succeeds. */
  readonly health?: string;
  readonly memory?: number;
  readonly port?: number;
}

const megabyte = 1 << 20;

const parts: readonly Part[] = [
  { service: 'migrate', needs: ['db'] },
  { service: 'db', health: 'wget -q -O /dev/null http://127.0.0.1:5432/' },
  { service: 'cache' },
  { service: 'api', needs: ['db', 'cache'], restart: 'always' },
  { service: 'web', needs: ['api'], port: 8080, health: '[ ! -e /tmp/fault.unhealthy ] && wget -q -O /dev/null http://127.0.0.1:8080/' },
  { service: 'worker', needs: ['db', 'cache'], memory: 24 * megabyte },
  { service: 'mailer', needs: ['cache'], restart: 'on-failure' },
  { service: 'backup', plain: true },
];

/** What can be switched on: where, and what then happens. */
export const faults: Readonly<Record<string, { readonly service: string; readonly what: string }>> = {
  oom: { service: 'worker', what: 'the worker takes more memory than it may and is killed' },
  'crash-loop': { service: 'api', what: 'the api panics and is restarted, again and again' },
  'db-down': { service: 'db', what: 'the database ends with an error, the api loses it' },
  slow: { service: 'api', what: 'the api waits for the database until it times out' },
  unhealthy: { service: 'web', what: 'the health check of web fails' },
  'disk-full': { service: 'db', what: 'the disk of the database is full' },
  'bad-config': { service: 'mailer', what: 'the mailer misses a setting and cannot start' },
};

const nameOf = (part: Part): string => (part.plain ? part.service : `${project}-${part.service}-1`);

function labels(part: Part): Record<string, string> {
  if (part.plain) return { 'dozor.demo': 'shop' };
  return {
    'dozor.demo': 'shop',
    'com.docker.compose.project': project,
    'com.docker.compose.service': part.service,
    'com.docker.compose.container-number': '1',
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.depends_on': (part.needs ?? []).map(need => `${need}:service_started:false`).join(','),
  };
}

function wanted(part: Part): unknown {
  const port = part.port === undefined ? {} : { [`${part.port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '' }] };
  const second = 1_000_000_000;
  return {
    Image: image,
    Cmd: ['/bin/sh', '/shop.sh', part.service],
    Env: ['PATH=/bin'],
    Labels: labels(part),
    ExposedPorts: Object.fromEntries(Object.keys(port).map(name => [name, {}])),
    ...(part.health === undefined
      ? {}
      : { Healthcheck: { Test: ['CMD-SHELL', part.health], Interval: 2 * second, Timeout: 2 * second, Retries: 2 } }),
    HostConfig: {
      NetworkMode: network,
      PortBindings: port,
      RestartPolicy: { Name: part.restart ?? 'no', MaximumRetryCount: part.restart === 'on-failure' ? 3 : 0 },
      // Small enough to fill on demand without touching the machine's disk.
      Tmpfs: { '/data': 'size=1m' },
      ...(part.memory === undefined ? {} : { Memory: part.memory, MemorySwap: part.memory }),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [part.service] } } },
  };
}

const remove = (call: Docker, part: Part): Promise<string> =>
  mustDocker(call, 'DELETE', `/containers/${nameOf(part)}?force=true&v=true`, undefined, [404]);

async function create(call: Docker, part: Part): Promise<void> {
  await remove(call, part);
  await mustDocker(call, 'POST', `/containers/create?name=${nameOf(part)}`, wanted(part));
  await mustDocker(call, 'POST', `/containers/${nameOf(part)}/start`);
}

async function ensureNetwork(call: Docker): Promise<void> {
  const found = await call('GET', `/networks/${network}`);
  if (found.status === 200) return;
  const named = { 'com.docker.compose.project': project, 'com.docker.compose.network': 'default' };
  await mustDocker(call, 'POST', '/networks/create', { Name: network, Labels: named });
}

/** Starts the shop anew; 8 containers, one of which finishes at once with success. */
export async function startShop(call: Docker): Promise<void> {
  await ensureImage(call);
  await ensureNetwork(call);
  for (const part of parts) await create(call, part);
}

export async function stopShop(call: Docker): Promise<void> {
  await Promise.all(parts.map(part => remove(call, part)));
  await mustDocker(call, 'DELETE', `/networks/${network}`, undefined, [404]);
}

interface Inspected {
  readonly State: { readonly Running: boolean };
}

async function execIn(call: Docker, container: string, argv: readonly string[]): Promise<void> {
  const made = JSON.parse(await mustDocker(call, 'POST', `/containers/${container}/exec`, { Cmd: argv, Env: ['PATH=/bin'] })) as {
    Id: string;
  };
  await mustDocker(call, 'POST', `/exec/${made.Id}/start`, { Detach: true });
}

/** Switches a fault on; the service is made anew first when it does not run. Throws when the shop is not there. */
export async function causeFault(call: Docker, fault: string): Promise<void> {
  const part = parts.find(part => part.service === faults[fault]?.service);
  if (part === undefined) throw new Error(`no fault ${fault}`);
  const seen = await call('GET', `/containers/${nameOf(part)}/json`);
  if (seen.status === 404) throw new Error('The demo shop is not there. Start it with: npm run demo:start');
  if (!(JSON.parse(seen.body) as Inspected).State.Running) await create(call, part);
  await execIn(call, nameOf(part), ['/bin/touch', `/tmp/fault.${fault}`]);
  if (fault === 'slow') await execIn(call, `${project}-web-1`, ['/bin/touch', '/tmp/fault.slow']);
}

/** Makes every service anew that can hold a fault. */
export async function endFaults(call: Docker): Promise<void> {
  const touched = new Set([...Object.values(faults).map(fault => fault.service)]);
  for (const part of parts.filter(part => touched.has(part.service))) await create(call, part);
}
