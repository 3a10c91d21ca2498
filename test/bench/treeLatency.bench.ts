import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Docker } from '../../scripts/docker.ts';
import { mustDocker } from '../../scripts/docker.ts';

import { makeBed, packedExtension } from '../e2e/bed.ts';
import { sidebar, whenRowShows } from '../e2e/pages.ts';
import { kill, runShop } from '../e2e/shop.ts';
import { startEngine } from '../live/engine.ts';
import type { Result } from './bench.ts';
import { median, percentile } from './numbers.ts';

const kills = 30;
/** Between the service's return and its next end: VS Code gathers changes of a tree that come within 200 ms of each other. */
const restMs = 1000;

async function killOnce(page: Page, api: Docker): Promise<number> {
  const changed = await whenRowShows(page, 'api', 'stopped by hand');
  const sent = await kill(api, 'shop-api-1');
  const took = (await changed()) - sent;
  const up = await whenRowShows(page, 'api', 'up ');
  await mustDocker(api, 'POST', '/containers/shop-api-1/start');
  await up();
  await wait(restMs);
  return took;
}

export async function run(): Promise<Result> {
  const engine = await startEngine();
  const api = await runShop(engine);
  const bed = await makeBed({ vsix: await packedExtension(), env: { DOCKER_HOST: `unix://${engine.socket}` } }).catch(async error => {
    await engine.stop();
    throw error;
  });
  try {
    const page = await bed.open();
    await sidebar(page).open();
    await (await whenRowShows(page, 'api', 'up '))();
    const times: number[] = [];
    for (let i = 0; i < kills; i++) times.push(await killOnce(page, api));
    return {
      title: 'From `docker kill` to the changed row in VS Code',
      rows: [
        { what: 'From the call until the row shows it: p50', value: median(times), unit: 'ms' },
        { what: 'From the call until the row shows it: p95', value: percentile(times, 0.95), unit: 'ms', limit: 500 },
        { what: 'From the call until the row shows it: longest', value: Math.max(...times), unit: 'ms' },
      ],
      notes: [
        `${kills} kills, at least a second apart, seen by a MutationObserver in the page of a real VS Code with the packaged extension; both ends read the same clock. Docker, the extension host, VS Code’s own tree and the browser are all part of it.`,
      ],
    };
  } finally {
    await bed.close();
    await engine.stop();
  }
}
