import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Docker, mustDocker } from '../docker.ts';
import { inRoot } from '../paths.ts';
import { ensureBusybox } from '../setup/docker.ts';

export const image = 'dozor-demo:1';

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly bytes?: Buffer;
  readonly linkTo?: string;
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

function header(entry: Entry): Buffer {
  const type = entry.linkTo !== undefined ? '2' : entry.bytes !== undefined ? '0' : '5';
  const block = Buffer.alloc(512);
  block.write(entry.name, 0);
  block.write(octal(entry.mode, 8) + octal(0, 8) + octal(0, 8) + octal(entry.bytes?.length ?? 0, 12) + octal(0, 12), 100);
  block.write(`        ${type}${entry.linkTo ?? ''}`, 148);
  block.write('ustar\u000000', 257);
  block.write(
    octal(
      block.reduce((sum, byte) => sum + byte, 0),
      8,
    ),
    148,
  );
  return block;
}

/** A file system with these entries as a tar archive. */
function tar(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(entry => {
    const bytes = entry.bytes ?? Buffer.alloc(0);
    return [header(entry), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const folders = ['bin', 'etc', 'tmp', 'data', 'www'].map(name => ({ name: `${name}/`, mode: 0o777 }));

/** A static busybox with its applets, and the shop's script. Made here: nothing is pulled. */
export async function ensureImage(call: Docker): Promise<void> {
  const busybox = await ensureBusybox();
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' })
    .split('\n')
    .filter(name => name !== '' && name !== 'busybox');
  const archive = tar([
    ...folders,
    { name: 'bin/busybox', mode: 0o755, bytes: readFileSync(busybox) },
    ...applets.map(name => ({ name: `bin/${name}`, mode: 0o777, linkTo: 'busybox' })),
    { name: 'shop.sh', mode: 0o755, bytes: readFileSync(inRoot('scripts', 'demo', 'shop.sh')) },
    { name: 'www/index.html', mode: 0o644, bytes: Buffer.from('<!doctype html><title>Shop</title><h1>The demo shop</h1>\n') },
  ]);
  const [repo, tag] = image.split(':');
  await mustDocker(call, 'POST', `/images/create?fromSrc=-&repo=${repo}&tag=${tag}`, archive);
}
