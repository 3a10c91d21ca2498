import { defaultSettings, type Settings } from '../model/settings.ts';

/** The places a setting may come from, as VS Code tells them. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export interface RawSettings {
  readonly values: Readonly<Record<string, unknown>>;
  /** Workspace values that do not count, in words. */
  readonly ignored: readonly string[];
}

/** Which machines and units are reached is for the user to say, never for a repository. */
const personal: ReadonlySet<string> = new Set(['servers', 'userServices']);
const fallbacks: Readonly<Record<string, string>> = { services: 'DOZOR_SERVICES', userServices: 'DOZOR_USER_SERVICES' };

const ofWorkspace = (seen: Inspected): unknown => seen.workspaceFolderValue ?? seen.workspaceValue;

const split = (text: string): string[] =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean);

function fromEnvironment(key: string, env: Readonly<Record<string, string | undefined>>): string[] | undefined {
  const names = split(env[fallbacks[key] ?? ''] ?? '');
  return names.length > 0 ? names : undefined;
}

/**
 * Collects the value in force of each setting. A workspace counts only when it is trusted, and never for settings that are the user's own.
 * The environment (`DOZOR_SERVICES`, `DOZOR_USER_SERVICES`, comma separated) stands in for a setting nobody has set.
 */
export function rawSettings(
  inspect: (key: string) => Inspected | undefined,
  env: Readonly<Record<string, string | undefined>>,
  trusted: boolean,
): RawSettings {
  const values: Record<string, unknown> = {};
  const ignored: string[] = [];
  for (const key of Object.keys(defaultSettings) as (keyof Settings)[]) {
    const seen = inspect(key) ?? {};
    const workspace = ofWorkspace(seen);
    if (workspace !== undefined && personal.has(key))
      ignored.push(`dozor.${key}: the value of the workspace is ignored; set it in your user settings.`);
    const own = trusted && !personal.has(key) ? (workspace ?? seen.globalValue) : seen.globalValue;
    const value = own ?? fromEnvironment(key, env);
    if (value !== undefined) values[key] = value;
  }
  return { values, ignored };
}
