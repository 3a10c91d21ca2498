import { causeFault, endFaults, faults, startShop, stopShop } from './demo/shop.ts';
import { docker } from './docker.ts';
import { Advice, main, say } from './say.ts';
import { ensureDocker } from './setup/docker.ts';

const list = (): string =>
  Object.entries(faults)
    .map(([name, { what }]) => `  ${name.padEnd(12)} ${what}`)
    .join('\n');

const usage = (): string => `npm run demo:fault -- NAME, one of:\n${list()}\n  ${'off'.padEnd(12)} everything works again`;

async function setFault(name: string): Promise<void> {
  const call = docker();
  if (name === 'off') {
    await endFaults(call);
    say('The shop works again.');
    return;
  }
  const fault = faults[name];
  if (fault === undefined) throw new Advice(usage());
  await causeFault(call, name);
  say(`On: ${fault.what}. Back to normal: npm run demo:fault -- off`);
}

const commands: Readonly<Record<string, (name: string) => Promise<void>>> = {
  start: async () => {
    // An engine that we start here goes on: the shop needs it.
    await ensureDocker(false);
    await startShop(docker());
    say('The demo shop runs. Break it with: npm run demo:fault -- oom');
  },
  fault: setFault,
  stop: async () => {
    await stopShop(docker());
    say('The demo shop is gone.');
  },
};

await main(async () => {
  const [command = '', name = ''] = process.argv.slice(2);
  const run = commands[command];
  if (run === undefined) throw new Advice(`Unknown ${command}. Known: ${Object.keys(commands).join(', ')}.`);
  await run(name);
  return undefined;
});
