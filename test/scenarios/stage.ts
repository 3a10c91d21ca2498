import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { serviceId, shortInstance } from '../../src/model/service.ts';
import { composed } from '../live/dozor.ts';
import type { LiveEngine } from '../live/engine.ts';
import type { Part, Step, Variant } from './scenario.ts';

/** One event as the engine itself tells it to anybody: what is true, whatever Dozor saw. */
interface EngineEvent {
  readonly box: string;
  readonly action: string;
  /** ms */
  readonly at: number;
}

export interface Theatre {
  readonly engine: LiveEngine;
  readonly events: readonly EngineEvent[];
  stop(): void;
}

const images = { old: 'img-a:1', new: 'img-a:2' } as const;

/** Two images more than the engine brings, and an ear at its events. */
export async function openTheatre(engine: LiveEngine): Promise<Theatre> {
  for (const [image, mark] of [
    [images.old, '1'],
    [images.new, '2'],
  ] as const) {
    const id = await engine.docker('create', engine.image, 'sh');
    await engine.docker('commit', '--change', `ENV BUILD=${mark}`, id, image);
    await engine.docker('rm', id);
  }
  const events: EngineEvent[] = [];
  const ear = listen(engine.socket, event => void events.push(event));
  return { engine, events, stop: () => void ear.kill('SIGTERM') };
}

function listen(socket: string, hear: (event: EngineEvent) => void): ChildProcess {
  const argv = ['-H', `unix://${socket}`, 'events', '--filter', 'type=container', '--format', '{{json .}}'];
  const child = spawn('/usr/bin/docker', argv, { stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env['PATH'] } });
  createInterface({ input: child.stdout }).on('line', line => {
    const {
      Action = '',
      timeNano = 0,
      Actor,
    } = JSON.parse(line) as {
      Action?: string;
      timeNano?: number;
      Actor?: { Attributes?: { name?: string } };
    };
    if (!Action.startsWith('exec_')) hear({ box: Actor?.Attributes?.name ?? '', action: Action, at: timeNano / 1e6 });
  });
  return child;
}

/** Where one scenario plays: its project, its network, its names. */
export interface Stage {
  readonly project: string;
  readonly idOf: (part: Part) => string;
  readonly boxOf: (part: Part) => string;
  /** Whether a service belongs to this scenario. */
  readonly owns: (service: string) => boolean;
  /** When the mark was passed; otherwise the end of the last step. ms */
  marked(): number;
  play(steps: readonly Step[]): Promise<void>;
  clear(): Promise<void>;
}

export function makeStage({ engine }: Theatre, variant: Variant, number: number, steps: readonly Step[]): Stage {
  const project = `pj${number}`;
  const plain = new Set(steps.flatMap(step => ('run' in step && step.plain ? [step.run] : [])));
  const twins = new Map(steps.flatMap(step => ('run' in step && step.twinOf ? [[step.run, step.twinOf] as const] : [])));
  const jobs = new Map<Part, string>();
  const nameOf = (part: Part): string => variant.names[twins.get(part) ?? part];
  const boxOf = (part: Part): string =>
    plain.has(part) ? `${project}-${nameOf(part)}` : `${project}-${nameOf(part)}-${twins.has(part) ? 2 : 1}`;
  const serviceOf = (part: Part): string => {
    const job = jobs.get(part);
    return `${nameOf(part)}${twins.has(part) ? '#2' : ''}${job === undefined ? '' : `@${shortInstance(job)}`}`;
  };
  const addressOf = (part: Part): string => `10.${100 + Math.floor(number / 250)}.${number % 250}.${10 + 'abcdef'.indexOf(part)}`;
  const net = `${project}-net`;
  // On the machine's own loopback every port is taken once.
  const portOf = (part: Part): number => (variant.net === 'own' ? 39432 : 20_000 + number * 20 + 'abcdef'.indexOf(part) * 2);
  const hostOf = (part: Part): string => (variant.net === 'own' ? nameOf(part) : '127.0.0.1');
  const ownNet = steps.some(step => 'run' in step && (step.net === 'own' || (step.net && variant.net === 'own')));
  const networkOf = ({ net: wish, run }: Extract<Step, { run: Part }>): string[] => {
    if (wish === undefined) return ['--network', 'none'];
    return wish === 'own' || variant.net === 'own' ? ['--network', net, '--ip', addressOf(run)] : ['--network', 'host'];
  };
  const fill = (text: string): string =>
    text
      .replaceAll('{net}', net)
      .replaceAll('{old}', images.old)
      .replaceAll('{new}', images.new)
      .replaceAll(/\{([a-f])\.box\}/g, (_, part: Part) => boxOf(part))
      .replaceAll(/\{([a-f])\.ip\}/g, (_, part: Part) => (ownNet ? addressOf(part) : '127.0.0.1'))
      .replaceAll(/\{([a-f])\.port\}/g, (_, part: Part) => String(portOf(part)))
      .replaceAll(/\{([a-f])\.wrong\}/g, (_, part: Part) => String(portOf(part) + 1))
      .replaceAll(/\{([a-f])\.host\}/g, (_, part: Part) => hostOf(part))
      .replaceAll(/\{([a-f])\.at\}/g, (_, part: Part) => `${hostOf(part)}:${portOf(part)}`)
      .replaceAll(/\{([a-f])\}/g, (_, part: Part) => nameOf(part));
  let marked = 0;

  const needsFlags = (needs: readonly Part[] = []): string[] => {
    if (needs.length === 0 || variant.needs === 'said') return [];
    if (variant.needs === 'label') return ['--label', `dozor.depends_on=${needs.map(nameOf).join(',')}`];
    return ['--label', `com.docker.compose.depends_on=${needs.map(need => `${nameOf(need)}:service_started:false`).join(',')}`];
  };
  const runArgs = (step: Extract<Step, { run: Part }>): string[] => [
    ...['run', '-d', '--pull', 'never', '--stop-timeout', '1'],
    ...(step.plain
      ? ['--name', boxOf(step.run)]
      : composed(step.elsewhere ? `${project}x` : project, nameOf(step.run) + (step.suffix ?? ''))),
    ...(step.twinOf ? ['--name', boxOf(step.run), '--label', 'com.docker.compose.container-number=2'] : []),
    ...(step.job ? ['--label', 'com.docker.compose.oneoff=True'] : []),
    ...networkOf(step),
    ...needsFlags(step.needs),
    ...(step.with ?? []).map(fill),
    fill(step.image ?? engine.image),
    ...(step.sh === undefined ? (step.argv ?? []).map(fill) : ['sh', '-c', fill(step.sh)]),
  ];
  const until = async (part: Part, is: string): Promise<void> => {
    for (const end = Date.now() + 20_000; Date.now() < end; await wait(30)) {
      if ((await engine.docker('inspect', '-f', '{{.State.Status}}', boxOf(part))) === is) return;
    }
    throw new Error(`${boxOf(part)} was not ${is} within 20 s`);
  };
  const runPart = async (step: Extract<Step, { run: Part }>): Promise<void> => {
    const id = await engine.docker(...runArgs(step)).catch(error => (step.fails ? '' : Promise.reject(error)));
    if (step.job) jobs.set(step.run, id);
  };
  const act = async (step: Step): Promise<void> => {
    if ('run' in step) await runPart(step);
    else if ('docker' in step) await engine.docker(...step.docker.map(fill));
    else if ('wait' in step) await wait(step.wait >= 50_000 ? step.wait : step.wait * variant.stretch);
    else if ('until' in step) await until(step.until, step.is);
    else marked = Date.now();
  };

  return {
    project,
    idOf: part => (plain.has(part) ? serviceId('local', boxOf(part)) : serviceId('local', serviceOf(part), project)),
    boxOf,
    owns: service => {
      const [, first = ''] = service.split('/');
      return first === project || first === `${project}x` || first.startsWith(`${project}-`);
    },
    marked: () => marked,
    async play(steps) {
      if (ownNet) await engine.docker('network', 'create', '--subnet', addressOf('a').replace(/\.\d+$/, '.0/24'), net);
      for (const step of steps) await act(step);
      marked ||= Date.now();
    },
    async clear() {
      const ids = await engine.docker('ps', '-aq', '--filter', `name=^${project}(x?)-`);
      if (ids !== '') await engine.docker('rm', '-f', ...ids.split('\n'));
      await engine.docker('network', 'rm', net).catch(() => undefined);
    },
  };
}
