import { type Stop, whyStopped } from '../diagnose/death.ts';
import type { ServerView, ServiceView } from '../diagnose/world.ts';
import type { Severity } from '../model/issue.ts';

/** How a service looks: a shape, a colour and a word, so that none of them has to be seen alone. */
export interface Look {
  /** Name of a product icon. */
  readonly icon: string;
  /** Id of a theme colour. */
  readonly color?: string;
  readonly word: string;
}

const red = 'problemsErrorIcon.foreground';
const yellow = 'problemsWarningIcon.foreground';
const green = 'testing.iconPassed';
const blue = 'charts.blue';
const grey = 'disabledForeground';

const looks = {
  excluded: { icon: 'eye-closed', color: grey, word: 'excluded' },
  // Quiet was asked for, and this is seen all the same.
  'excluded-critical': { icon: 'eye-closed', color: red, word: 'excluded, critical' },
  unknown: { icon: 'question', color: yellow, word: 'unknown' },
  restarting: { icon: 'sync-ignored', color: red, word: 'restarting' },
  paused: { icon: 'debug-pause', color: blue, word: 'paused' },
  starting: { icon: 'sync', color: blue, word: 'starting' },
  unhealthy: { icon: 'warning', color: red, word: 'unhealthy' },
  failing: { icon: 'flame', color: red, word: 'failing' },
  troubled: { icon: 'flame', color: yellow, word: 'troubled' },
  healthy: { icon: 'pass-filled', color: green, word: 'healthy' },
  running: { icon: 'vm-running', color: green, word: 'running' },
} as const satisfies Record<string, Look>;

const stopped: Record<Stop['kind'], Look> = {
  running: looks.running,
  'by-hand': { icon: 'debug-stop', color: grey, word: 'stopped by hand' },
  'by-daemon': { icon: 'debug-stop', color: yellow, word: 'stopped with the engine' },
  finished: { icon: 'check', color: grey, word: 'completed' },
  crash: { icon: 'error', color: red, word: 'crashed' },
  oom: { icon: 'error', color: red, word: 'out of memory' },
  'start-error': { icon: 'error', color: red, word: 'could not start' },
  created: { icon: 'circle-outline', color: grey, word: 'created' },
  paused: looks.paused,
  gone: { icon: 'trash', color: grey, word: 'removed' },
  unknown: looks.unknown,
};

function runningLook(view: ServiceView, severity: Severity | undefined): Look {
  const health = view.facts?.health ?? 'none';
  if (health === 'unhealthy') return looks.unhealthy;
  if (severity === 'error' || severity === 'critical') return looks.failing;
  if (severity === 'warning') return looks.troubled;
  if (health === 'starting' || view.service.state === 'starting') return looks.starting;
  return health === 'healthy' ? looks.healthy : looks.running;
}

/** `severity` is the worst of the service's issues; `excluded` when a person left it out. */
export function appearance(view: ServiceView, server: ServerView | undefined, severity: Severity | undefined, excluded: boolean): Look {
  if (excluded) return severity === 'critical' ? looks['excluded-critical'] : looks.excluded;
  if (server?.sight !== 'clear' || view.unseen !== undefined) return looks.unknown;
  if (view.service.state === 'restarting') return looks.restarting;
  const stop = whyStopped(view, server.gap);
  return stop.kind === 'running' ? runningLook(view, severity) : stopped[stop.kind];
}
