import { levelOf } from '../../src/diagnose/levels.ts';
import type { Result } from './bench.ts';
import { median } from './numbers.ts';

const lines = [
  'INFO request served in 12 ms',
  '2026-01-02T03:04:05.073474290Z WARN pool is nearly full size=48 max=50',
  '{"level":50,"time":1767225600000,"msg":"checkout failed"}',
  'level=error msg="queue is full" component=worker attempt=3',
  '10.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET /api/items?page=2 HTTP/1.1" 200 5120 "-" "curl/8"',
  '    at Server.handle (/app/src/server.js:42:11)',
  'Traceback (most recent call last):',
  '\u001b[31mERROR\u001b[0m cannot start',
  'a plain line of text that says nothing about its level, as most lines of most programs do, and goes on for a while',
  `${'x'.repeat(4000)} error`,
];

function linesPerSecond(sample: readonly string[]): number {
  const rounds = Math.ceil(200_000 / sample.length);
  const from = performance.now();
  for (let i = 0; i < rounds; i++) for (const line of sample) levelOf(line);
  return (rounds * sample.length) / ((performance.now() - from) / 1000);
}

const middle = (sample: readonly string[]): number => median(Array.from({ length: 5 }, () => linesPerSecond(sample)));

export async function run(): Promise<Result> {
  return {
    title: 'Reading the level of log lines',
    rows: [
      { what: 'A mix of ten forms, one of them 4 KB long', value: middle(lines), unit: 'lines/s' },
      { what: 'Plain text without a level', value: middle(lines.slice(8, 9)), unit: 'lines/s' },
      { what: 'JSON lines', value: middle(lines.slice(2, 3)), unit: 'lines/s' },
    ],
    notes: ['Median of 5 rounds of 200,000 lines on one core; no budget.'],
  };
}
