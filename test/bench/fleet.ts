import { type Docker, docker, mustDocker } from '../../scripts/docker.ts';
import { eachLimited } from '../../src/base/limit.ts';
import { type LiveEngine, startEngine } from '../live/engine.ts';

export interface Fleet {
  readonly engine: LiveEngine;
  /** The engine's API, past any proxy. */
  readonly api: Docker;
  /** Container ids, those with error lines first. */
  readonly ids: readonly string[];
  stop(): Promise<void>;
}

const calm = "echo 'INFO ready'; exec sleep 100000";
const sick = "i=0; while [ $i -lt 20 ]; do echo 'ERROR db connection refused'; i=$((i+1)); done; exec sleep 100000";

async function launch(api: Docker, image: string, n: number, script: string): Promise<string> {
  const body = {
    Image: image,
    Cmd: ['sh', '-c', script],
    Labels: { 'com.docker.compose.project': 'fleet', 'com.docker.compose.service': `s${n}` },
    // The network is no part of what is measured and takes most of the time to start.
    HostConfig: { NetworkMode: 'none', StopTimeout: 1 },
  };
  const { Id } = JSON.parse(await mustDocker(api, 'POST', `/containers/create?name=fleet-s${n}-1`, body)) as { Id: string };
  await mustDocker(api, 'POST', `/containers/${Id}/start`);
  return Id;
}

/** A real engine with `size` running containers, `sickOnes` of which have written errors. Starts about ten in a second. */
export async function startFleet(size: number, sickOnes: number): Promise<Fleet> {
  const engine = await startEngine();
  try {
    const api = docker({ socketPath: engine.socket });
    const ids: string[] = [];
    await eachLimited([...Array(size).keys()], 6, async n => {
      ids[n] = await launch(api, engine.image, n, n < sickOnes ? sick : calm);
    });
    return { engine, api, ids, stop: () => engine.stop() };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}
