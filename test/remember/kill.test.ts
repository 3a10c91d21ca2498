import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { openMemory } from '../../src/remember/store.ts';

/** Appends entries for ever and says which one was confirmed. */
const writer = `
import { openMemory } from ${JSON.stringify(join(import.meta.dirname, '../../src/remember/store.ts'))};
const memory = await openMemory(process.argv[1], console);
const [name, at] = [process.argv[2], Date.now()];
for (let i = 0; ; i++) {
  const entry = { id: name + i, at, plusMinus: 0, actor: 'system', server: 'local', kind: 'decided', detail: 'x'.repeat(200), because: '' };
  memory.append([entry]);
  process.stdout.write(i + '\\n');
}`;

describe('A process killed while it writes', () => {
  it('leaves a sound file in which nothing confirmed is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dozor-kill-'));
    const confirmed = new Map<string, number>();
    const killed = (name: string): Promise<void> =>
      new Promise(resolve => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', writer, folder, name], { stdio: ['ignore', 'pipe', 'ignore'] });
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          const last = text.trimEnd().split('\n').at(-1);
          confirmed.set(name, Math.max(confirmed.get(name) ?? -1, Number(last)));
          if ((confirmed.get(name) ?? 0) > 150) child.kill('SIGKILL');
        });
        child.on('close', () => resolve());
      });
    for (const round of [0, 1, 2]) await Promise.all([killed(`a${round}-`), killed(`b${round}-`)]);
    const memory = await openMemory(folder, silentLog);
    assert.deepEqual([memory.durable, memory.trouble], [true, undefined]);
    const kept = new Set(memory.timeline({ limit: 100_000 }).map(entry => entry.id));
    for (const [name, last] of confirmed) for (let i = 0; i < last; i++) assert.ok(kept.has(`${name}${i}`), `${name}${i}`);
    assert.equal(confirmed.size, 6);
    memory.dispose();
    rmSync(folder, { recursive: true, force: true });
  }).timeout(30_000);
});
