const color = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const paint = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

export const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** Something a person can put right; printed without a stack. */
export class Advice extends Error {}

/** One line when a step of setup did something, none when there was nothing to do (`undefined`). */
export async function step(title: string, work: () => Promise<string | undefined>): Promise<void> {
  const from = performance.now();
  const slow = setTimeout(() => say(dim(`  ${title} ...`)), 400);
  try {
    const did = await work();
    if (did !== undefined) say(`  ${title}: ${did} ${dim(`(${seconds(from)})`)}`);
  } finally {
    clearTimeout(slow);
  }
}

/** Runs a command's body; its failure becomes a clear line and exit code 1. */
export async function main(body: () => Promise<number | undefined>): Promise<never> {
  try {
    process.exit((await body()) ?? 0);
  } catch (error) {
    const text = error instanceof Advice ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${red(text)}\n`);
    process.exit(1);
  }
}
