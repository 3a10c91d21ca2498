export interface Fake {
  readonly id: string;
  readonly n: number;
  readonly created: string;
  step: number;
  state: 'running' | 'exited' | 'paused';
  health: 'healthy' | 'unhealthy';
  exit: number;
  startedAt: string;
  finishedAt: string;
}

export function createContainer(n: number): Fake {
  const created = new Date(Date.now() - 3_600_000).toISOString();
  const id = n.toString(16).padStart(6, '0').repeat(11).slice(0, 64);
  return { id, n, created, step: 0, state: 'running', health: 'healthy', exit: 0, startedAt: created, finishedAt: '0001-01-01T00:00:00Z' };
}

/** Nanoseconds as digits, each greater than the one before. */
let counted = 0;
export const nanoNow = (): string => `${Date.now()}${String(counted++ % 1_000_000).padStart(6, '0')}`;

const iso = (nano: string): string => `${new Date(Number(nano.slice(0, -6))).toISOString().slice(0, -1)}${nano.slice(-6)}Z`;

interface Turn {
  readonly action: string;
  readonly attributes?: (fake: Fake) => Readonly<Record<string, string>>;
  readonly apply?: (fake: Fake, nano: string) => void;
}

/** What one container goes through, over and over: killed, dead, started, sick, well, frozen, thawed, and its checks all the while. */
const turns: readonly Turn[] = [
  { action: 'exec_create: sh -c true' },
  { action: 'kill', attributes: () => ({ signal: '15' }) },
  {
    action: 'die',
    attributes: fake => ({ exitCode: String(fake.exit) }),
    apply(fake, nano) {
      fake.state = 'exited';
      fake.finishedAt = iso(nano);
    },
  },
  { action: 'stop' },
  {
    action: 'start',
    apply(fake, nano) {
      fake.state = 'running';
      fake.startedAt = iso(nano);
      fake.exit = (fake.exit + 1) % 3;
    },
  },
  { action: 'health_status: unhealthy', apply: fake => void Object.assign(fake, { health: 'unhealthy' }) },
  { action: 'health_status: healthy', apply: fake => void Object.assign(fake, { health: 'healthy' }) },
  { action: 'pause', apply: fake => void Object.assign(fake, { state: 'paused' }) },
  { action: 'unpause', apply: fake => void Object.assign(fake, { state: 'running' }) },
];

/** The next thing that happens to a container, as a line of the event stream. `ended`: its log streams end. */
export function next(fake: Fake, nano: string): { line: string; ended: boolean } {
  const turn = turns[fake.step++ % turns.length] ?? { action: 'exec_start: sh' };
  const attributes = { image: 'storm', name: nameOf(fake), ...labelsOf(fake), ...turn.attributes?.(fake) };
  turn.apply?.(fake, nano);
  const actor = JSON.stringify({ ID: fake.id, Attributes: attributes });
  const head = JSON.stringify({ status: turn.action, id: fake.id, from: 'storm', Type: 'container', Action: turn.action }).slice(0, -1);
  const line = `${head},"Actor":${actor},"scope":"local","time":${nano.slice(0, -9)},"timeNano":${nano}}\n`;
  return { line, ended: turn.action === 'die' };
}

const nameOf = (fake: Fake): string => `storm-s${fake.n}-1`;
const labelsOf = (fake: Fake): Record<string, string> => ({
  'com.docker.compose.project': `storm${fake.n % 10}`,
  'com.docker.compose.service': `s${fake.n}`,
  'com.docker.compose.container-number': '1',
  'com.docker.compose.oneoff': 'False',
  'com.docker.compose.project.working_dir': '/srv/storm',
  'com.docker.compose.depends_on': fake.n % 10 === 0 ? '' : `s${fake.n - (fake.n % 10)}:service_started:false`,
});

const statusOf = (fake: Fake): string => {
  if (fake.state === 'exited') return `Exited (${fake.exit}) 2 seconds ago`;
  return `Up 2 seconds (${fake.state === 'paused' ? 'Paused' : fake.health})`;
};

export const listOf = (fake: Fake): unknown => ({
  Id: fake.id,
  Names: [`/${nameOf(fake)}`],
  Image: 'storm',
  ImageID: `sha256:${fake.id}`,
  Command: 'sleep',
  Created: Math.floor(Date.parse(fake.created) / 1000),
  Ports: [{ PrivatePort: 80, Type: 'tcp' }],
  Labels: labelsOf(fake),
  State: fake.state,
  Status: statusOf(fake),
  HostConfig: { NetworkMode: 'default' },
  NetworkSettings: { Networks: { bridge: { Gateway: '172.17.0.1', IPAddress: '172.17.0.2' } } },
  Mounts: [],
});

/** As long as a real one is, about 5 KB. */
export const inspectOf = (fake: Fake): unknown => ({
  Id: fake.id,
  Created: fake.created,
  Path: 'sleep',
  Args: ['100000'],
  State: {
    Status: fake.state,
    Running: fake.state !== 'exited',
    Paused: fake.state === 'paused',
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: fake.state === 'exited' ? 0 : 1000 + fake.n,
    ExitCode: fake.state === 'exited' ? fake.exit : 0,
    Error: '',
    StartedAt: fake.startedAt,
    FinishedAt: fake.finishedAt,
    Health: {
      Status: fake.health,
      FailingStreak: fake.health === 'healthy' ? 0 : 3,
      Log: [{ Start: fake.startedAt, End: fake.startedAt, ExitCode: fake.health === 'healthy' ? 0 : 1, Output: 'checked' }],
    },
  },
  Image: `sha256:${fake.id}`,
  Name: `/${nameOf(fake)}`,
  RestartCount: 0,
  HostConfig: { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 }, LogConfig: { Type: 'json-file', Config: {} }, Memory: 0 },
  Mounts: Array.from({ length: 4 }, (_, n) => ({
    Type: 'bind',
    Source: `/srv/data/${n}`,
    Destination: `/data/${n}`,
    Mode: 'rw',
    RW: true,
  })),
  Config: {
    Image: 'storm',
    Tty: false,
    Env: Array.from({ length: 40 }, (_, n) => `SETTING_${n}=${'value'.repeat(10)}`),
    Labels: labelsOf(fake),
    Healthcheck: { Test: ['CMD', 'true'] },
    StopSignal: 'SIGTERM',
  },
  NetworkSettings: { Ports: { '80/tcp': null }, Networks: { bridge: { IPAddress: '172.17.0.2' } } },
});
