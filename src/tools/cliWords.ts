import { parseArgs } from 'node:util';
import { displaySafe } from '../base/safeText.ts';
import type { Level } from '../model/logs.ts';
import { type Mode, modes } from './inspectTool.ts';
import { levelOrder } from './logsTool.ts';
import { nearest } from './nearest.ts';

export const usage = `dozor: see what is wrong with the services on this machine

Usage: dozor COMMAND [options]

  services                 list services with their state
  triage                   say what is wrong, with evidence
  investigate SERVICE      look deeply at one service: verdict, ruled out, not seen, next
  logs SERVICE             print the log of one service
  inspect SERVICE          print the facts of one service
  inspect --mode groups    print the health of each group
  inspect --group NAME     print one group: members, order, open incidents
  watch                    print what happens, as it happens
  calibration              print how far confidence came true, by labels

Options
  --json                   print JSON: one object; logs and watch print one per line
  --server NAME            only this server of the settings
  --for TIME               watch, logs --follow: end after this time, for example 30s, 5m, 2h
  --tail N                 logs: how many of the newest lines, 1 to 10000 (100)
  --follow                 logs: go on with new lines, through restarts of the service
  --level LEVEL            logs: this level and above (${levelOrder.join(', ')})
  --contains TEXT          logs: only lines with this text
  --mode MODE              inspect: ${modes.join(', ')} (status)
  --no-memory              keep nothing between runs
  --help                   show this text

SERVICE is an id, project/service, a name that only one service has, or a container id.
Exit code: 0 healthy or done, 1 issues, 2 could not look or not understood.
Environment: DOZOR_SERVICES, DOZOR_USER_SERVICES (names with commas), DOCKER_HOST, NO_COLOR.
`;

export const commandNames = ['services', 'triage', 'investigate', 'logs', 'inspect', 'watch', 'calibration'] as const;
export type CommandName = (typeof commandNames)[number];

export interface Words {
  readonly command: CommandName;
  readonly service: string | undefined;
  readonly json: boolean;
  readonly server: string | undefined;
  /** ms */
  readonly limit: number | undefined;
  readonly tail: number;
  readonly follow: boolean;
  readonly level: Exclude<Level, 'unknown'> | undefined;
  readonly contains: string | undefined;
  readonly mode: Mode;
  readonly group: string | undefined;
  readonly memory: boolean;
}

export type Read =
  | { readonly kind: 'run'; readonly words: Words }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly because: string };

class Wrong extends Error {}
const wrong = (because: string): never => {
  throw new Wrong(because);
};

const options = {
  json: { type: 'boolean' },
  server: { type: 'string' },
  for: { type: 'string' },
  tail: { type: 'string' },
  follow: { type: 'boolean' },
  level: { type: 'string' },
  contains: { type: 'string' },
  mode: { type: 'string' },
  group: { type: 'string' },
  'no-memory': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Options that only some commands know: given to another one they would be ignored in silence. */
const owners: Readonly<Partial<Record<keyof typeof options, readonly CommandName[]>>> = {
  for: ['watch', 'logs'],
  tail: ['logs'],
  follow: ['logs'],
  level: ['logs'],
  contains: ['logs'],
  mode: ['inspect'],
  group: ['inspect'],
};

/** Reads the command line (without program and script). Never throws: what is wrong says what would be right. */
export function readWords(argv: readonly string[]): Read {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    if (values.help === true || positionals[0] === 'help') return { kind: 'help' };
    return { kind: 'run', words: toWords(values, positionals) };
  } catch (error) {
    const because = error instanceof Wrong ? error.message : unknownOption(error);
    return { kind: 'wrong', because: displaySafe(because, 400) };
  }
}

function unknownOption(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const option = /^Unknown option '(-{1,2}[^']{0,80})'/.exec(text)?.[1];
  if (option === undefined) return text;
  const [close] = nearest(option.replace(/^-+/, ''), Object.keys(options), 1);
  return `There is no option ${option}. Did you mean --${close}?`;
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

function toWords(values: Values, positionals: readonly string[]): Words {
  const [given, service] = positionals;
  const command = commandOf(given);
  const mode = oneOf('--mode', values.mode ?? (values.group === undefined ? 'status' : 'groups'), modes);
  checkOptions(command, values);
  checkService(command, positionals.slice(1), mode);
  return {
    command,
    service,
    json: values.json === true,
    server: values.server,
    limit: values.for === undefined ? undefined : readTime(values.for),
    tail: readCount(values.tail ?? '100'),
    follow: values.follow === true,
    level: values.level === undefined ? undefined : oneOf('--level', values.level, levelOrder),
    contains: values.contains,
    mode,
    group: values.group,
    memory: values['no-memory'] !== true,
  };
}

function checkOptions(command: CommandName, values: Values): void {
  for (const [option, names] of Object.entries(owners)) {
    if (option in values && !names.includes(command)) wrong(`Option --${option} belongs to ${names.join(' and ')}, not to ${command}.`);
  }
  if ('for' in values && command === 'logs' && values.follow !== true)
    wrong('Option --for needs --follow: without it logs ends by itself.');
  if ('group' in values && (values.mode ?? 'groups') !== 'groups') wrong(`Option --group shows a group: leave out --mode ${values.mode}.`);
}

function checkService(command: CommandName, rest: readonly string[], mode: Mode): void {
  const takesService = command === 'logs' || command === 'investigate' || (command === 'inspect' && mode !== 'groups');
  const extra = rest[takesService ? 1 : 0];
  if (extra !== undefined) wrong(`"${extra}" is one word too many for ${command}. Put names with spaces into quotes.`);
  const needed = takesService && (command !== 'inspect' || mode === 'status');
  if (needed && rest.length === 0) wrong(`${command} needs a service, for example: dozor ${command} web. "dozor services" lists them.`);
}

function commandOf(given: string | undefined): CommandName {
  const known = commandNames.find(name => name === given);
  if (known !== undefined) return known;
  if (given === undefined) return wrong(`Say what to do: ${commandNames.join(', ')}. "dozor --help" tells more.`);
  return wrong(`There is no command "${given}". Did you mean "${nearest(given, commandNames, 1)[0]}"? "dozor --help" lists all.`);
}

function oneOf<T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find(word => word === given);
  return found ?? wrong(`${option} cannot be "${given}". Use one of ${known.join(', ')}.`);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function readTime(given: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(given);
  const time = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN);
  return time > 0 && time <= 7 * 24 * 3_600_000
    ? time
    : wrong(`--for cannot be "${given}". Use a time of at most 7 days like 30s, 5m or 2h.`);
}

function readCount(given: string): number {
  const count = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  return count >= 1 && count <= 10_000 ? count : wrong(`--tail cannot be "${given}". Use a number from 1 to 10000.`);
}
