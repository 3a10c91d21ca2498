import { type Docker, docker, mustDocker } from '../../scripts/docker.ts';
import type { LiveEngine } from '../live/engine.ts';

/** A compose project `shop` of three services that run until somebody stops them, one of which talks. */
export async function runShop(engine: LiveEngine): Promise<Docker> {
  const scripts: Readonly<Record<string, string>> = {
    web: 'n=0; while :; do n=$((n+1)); echo "INFO request $n served"; sleep 1; done',
    api: "echo 'api listens on :3000'; sleep 86400",
    db: 'sleep 86400',
  };
  for (const [service, script] of Object.entries(scripts)) {
    const labels = { project: 'shop', service, 'container-number': '1', oneoff: 'False' };
    const flags = Object.entries(labels).flatMap(([name, value]) => ['--label', `com.docker.compose.${name}=${value}`]);
    await engine.docker('run', '-d', '--name', `shop-${service}-1`, ...flags, engine.image, 'sh', '-c', script);
  }
  return docker({ socketPath: engine.socket });
}

/** What `docker kill` sends; answers when (Date.now()) it was sent. */
export async function kill(call: Docker, container: string): Promise<number> {
  const at = Date.now();
  await mustDocker(call, 'POST', `/containers/${container}/kill`);
  return at;
}

/** Kills the process behind the engine's back, so that nobody asked the engine for it: a crash. */
export async function crash(call: Docker, container: string): Promise<number> {
  const { State } = JSON.parse(await mustDocker(call, 'GET', `/containers/${container}/json`)) as { State: { Pid: number } };
  const at = Date.now();
  process.kill(State.Pid, 'SIGKILL');
  return at;
}
