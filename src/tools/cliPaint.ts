import type { ServiceHealth } from '../diagnose/health.ts';
import type { Overall } from '../diagnose/report.ts';
import type { Level } from '../model/logs.ts';

const codes = { red: 31, green: 32, yellow: 33, grey: 90, bold: 1 } as const;
export type Colour = keyof typeof codes;
export type Paint = (text: string, colour: Colour | undefined) => string;

/** Colours for terminals; the other one leaves text as it is. */
export const painter = (colours: boolean): Paint =>
  colours ? (text, colour) => (colour === undefined || text === '' ? text : `\u001b[${codes[colour]}m${text}\u001b[0m`) : text => text;

export const healthColour: Readonly<Record<Overall | ServiceHealth, Colour>> = {
  healthy: 'green',
  degraded: 'yellow',
  warning: 'yellow',
  critical: 'red',
  unknown: 'grey',
  quiet: 'grey',
};

export const levelColour: Readonly<Partial<Record<Level, Colour>>> = {
  trace: 'grey',
  debug: 'grey',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
};
