import { z } from 'zod';

z.config({ jitless: true });

const serverSetting = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'use letters, digits, dot, dash or underscore, at most 63'),
  host: z.string().regex(/^(unix|npipe|tcp|https?):\/\/\S+$/, 'use unix:///path, npipe:////./pipe/name or tcp://host:port'),
  /** Folder with ca.pem, cert.pem and key.pem. */
  tls: z.string().min(1).optional(),
  /** Allows tcp without TLS to another machine. */
  insecure: z.boolean().optional(),
});

const name = z.string().trim().min(1).max(255);
const needSetting = z.strictObject({ from: name, to: name, optional: z.boolean().optional() });

const distinctNames = (servers: readonly { readonly name: string }[]): boolean =>
  new Set(servers.map(server => server.name)).size === servers.length;
const names = z.array(name).max(500);

/** One schema per setting, so that a bad one is reported by name and the others still count. */
export const settingSchemas = {
  servers: z.array(serverSetting).max(20).refine(distinctNames, 'two servers have the same name; give each its own'),
  services: names,
  userServices: names.nullable(),
  scope: z.enum(['auto', 'workspace', 'all']),
  dependencies: z.array(needSetting).max(200),
  devModeHours: z.number().positive().max(24),
  exclusionHours: z.number().positive().max(24),
  logLines: z.number().int().min(50).max(20_000),
  followLogs: z.boolean(),
} as const;

/**
 * `from` needs `to`: names of services or containers, or `project/service`; `server:` before a name is for another server.
 * `optional`: it can do without for a while.
 */
export type DeclaredNeed = z.infer<typeof needSetting>;

export interface Settings {
  /** Empty: one server, found by itself. */
  readonly servers: readonly z.infer<typeof serverSetting>[];
  /** Watch only these (service, container or project/service names); empty: decide by `scope`. */
  readonly services: readonly string[];
  /** Watch only these systemd user units; null: all that are found. */
  readonly userServices: readonly string[] | null;
  /** `auto`: the workspace's compose project where one is running, else all containers. */
  readonly scope: 'auto' | 'workspace' | 'all';
  /** Needs beside those that labels and compose declare; the only ones between servers. */
  readonly dependencies: readonly DeclaredNeed[];
  readonly devModeHours: number;
  readonly exclusionHours: number;
  /** Lines that a log document holds. */
  readonly logLines: number;
  /** Reads the logs of running services as they are written. */
  readonly followLogs: boolean;
}

export const defaultSettings: Settings = {
  servers: [],
  services: [],
  userServices: null,
  scope: 'auto',
  dependencies: [],
  devModeHours: 4,
  exclusionHours: 4,
  logLines: 2000,
  followLogs: true,
};

export interface SettingProblem {
  readonly setting: keyof Settings;
  readonly text: string;
}

/**
 * Reads raw values into settings. A value that does not fit keeps what was in force before (`previous`) and is reported;
 * an absent value is the default.
 */
export function parseSettings(
  raw: Readonly<Record<string, unknown>>,
  previous: Settings = defaultSettings,
): { settings: Settings; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const settings: Record<string, unknown> = { ...defaultSettings };
  for (const key of Object.keys(settingSchemas) as (keyof Settings)[]) {
    const value = raw[key];
    if (value === undefined) continue;
    const read = settingSchemas[key].safeParse(value);
    if (read.success) {
      settings[key] = read.data;
      continue;
    }
    const first = read.error.issues[0];
    const where = first !== undefined && first.path.length > 0 ? ` at ${first.path.join('.')}` : '';
    problems.push({ setting: key, text: `dozor.${key}${where}: ${first?.message ?? 'not valid'}. The previous value stays in force.` });
    settings[key] = previous[key];
  }
  return { settings: settings as unknown as Settings, problems };
}
