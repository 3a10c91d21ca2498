import { displaySafe } from '../base/safeText.ts';
import { isUnitName } from '../connect/systemctl.ts';
import { type Facts, type ServerId, type Service, type ServiceState, serviceId } from '../model/service.ts';
import { fields, items, text } from './readers.ts';

/** Parts of the desktop and of the session: many, and none of anybody's services. */
const desktop =
  /^(?:dbus(?:-broker)?|at-spi|pipewire|wireplumber|pulseaudio|gvfs|gnome|org\.gnome|org\.kde|org\.freedesktop|org\.a11y|kde|plasma|xfce|app-|xdg|tracker|gcr|gpg|ssh-agent|dconf|evolution|ibus|fcitx|systemd-|snapd?\.|flatpak|geoclue|obex|speech-dispatcher|session-|init|background|grub-|podman(?:-|\.)|dirmngr|keyboxd|mpris|pk-|ubuntu-|update-notifier|localsearch|filter-chain|vte-|launchpadlib)/;

/** Whether a unit is watched: one of the user's list, or, without a list, any that is no part of the desktop. */
export function isWatched(unit: string, wanted: readonly string[] | null): boolean {
  if (wanted === null) return !desktop.test(unit);
  return unitNames(wanted).includes(unit);
}

/** `api` -> `api.service`; a name that cannot be one is left out. */
export const unitNames = (names: readonly string[]): string[] =>
  names.map(name => (name.endsWith('.service') ? name : `${name}.service`)).filter(isUnitName);

/** Output of `list-units --output=json` -> names of units. Undefined when it is not that. */
export function readUnits(output: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return items(value)
    .map(entry => text(fields(entry)['unit']))
    .filter(isUnitName);
}

export const shownProperties = [
  'Id',
  'Description',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'Type',
  'RemainAfterExit',
  'ExecMainStatus',
  'ExecMainCode',
  'NRestarts',
  'Restart',
  'InvocationID',
  'ExecMainStartTimestamp',
  'ExecMainExitTimestamp',
  'StateChangeTimestamp',
  'ActiveEnterTimestamp',
] as const;

export type Properties = ReadonlyMap<string, string>;

/** Output of `show` for many units: blocks of `Key=value` with an empty line between. */
export function readShow(output: string): Map<string, Properties> {
  const units = new Map<string, Properties>();
  for (const block of output.split(/\n\s*\n/)) {
    const values = new Map(
      block
        .split('\n')
        .flatMap(line => (line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const] : [])),
    );
    const id = values.get('Id');
    if (id !== undefined && isUnitName(id)) units.set(id, values);
  }
  return units;
}

/** `Thu 2026-01-01 00:00:00 UTC` -> ms; undefined for `n/a` and nothing. */
function unitTime(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const ms = Date.parse(value.replace(/^[A-Z][a-z]{2} (\d{4}-\d{2}-\d{2}) ([\d:.]+) UTC$/, '$1T$2Z'));
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
}

const states: Readonly<Record<string, ServiceState>> = {
  active: 'running',
  reloading: 'running',
  activating: 'starting',
  deactivating: 'running',
  inactive: 'exited',
  failed: 'exited',
};

function stateOf(properties: Properties): ServiceState {
  const [active = '', sub = ''] = [properties.get('ActiveState'), properties.get('SubState')];
  // Never started, or so long ago that systemd has forgotten it.
  if (active === 'inactive' && properties.get('ExecMainStartTimestamp') === '') return 'created';
  if (sub === 'auto-restart') return 'restarting';
  // A one-shot with RemainAfterExit is "active (exited)": it has done its work.
  if (active === 'active' && sub === 'exited') return 'exited';
  return states[active] ?? 'unknown';
}

const whole = (value: string | undefined): number => (value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : 0);

const policies: Readonly<Record<string, Facts['restartPolicy']['name']>> = {
  always: 'always',
  'on-success': 'always',
  'on-failure': 'on-failure',
  'on-abnormal': 'on-failure',
  'on-watchdog': 'on-failure',
  'on-abort': 'on-failure',
};

/** A unit that was never started has no run; its name stands in. */
const instanceOf = (unit: string, properties: Properties): string => properties.get('InvocationID') || `unit:${unit}`;

export function unitService(server: ServerId, unit: string, properties: Properties): Service {
  const state = stateOf(properties);
  return {
    id: serviceId(server, `unit:${unit}`),
    instance: instanceOf(unit, properties),
    server,
    name: unit.replace(/\.service$/, ''),
    containerName: unit,
    kind: 'unit',
    group: 'user units',
    dependsOn: [],
    waitsForEnd: [],
    state,
    since: unitTime(properties.get('StateChangeTimestamp')) ?? 0,
    ports: [],
    enabled: true,
    oneOff: properties.get('Type') === 'oneshot',
    diagnostics: [],
  };
}

/** A shell's exit code: 128 and the signal for what was killed. */
function exitOf(properties: Properties): number {
  if (properties.get('Result') === 'success') return 0;
  const killed = /^[23]$/.test(properties.get('ExecMainCode') ?? '');
  return whole(properties.get('ExecMainStatus')) + (killed ? 128 : 0) || 1;
}

/** Leaves out what is absent, so that the facts stay plain values without `undefined` in them. */
function times(properties: Properties): Pick<Facts, 'createdAt' | 'startedAt' | 'finishedAt'> {
  const all = {
    createdAt: unitTime(properties.get('StateChangeTimestamp')),
    startedAt: unitTime(properties.get('ExecMainStartTimestamp')),
    finishedAt: unitTime(properties.get('ExecMainExitTimestamp')),
  };
  return Object.fromEntries(Object.entries(all).filter(([, at]) => at !== undefined));
}

export function unitFacts(unit: string, properties: Properties): Facts {
  const state = stateOf(properties);
  const ended = state === 'exited' || state === 'restarting';
  const result = properties.get('Result') ?? '';
  return {
    instance: instanceOf(unit, properties),
    state,
    health: 'none',
    failingStreak: 0,
    hasHealthcheck: false,
    ...(ended ? { exitCode: exitOf(properties) } : {}),
    oomKilled: result === 'oom-kill',
    ...times(properties),
    startedExact: properties.get('ActiveEnterTimestamp') ?? '',
    restartCount: whole(properties.get('NRestarts')),
    restartPolicy: { name: policies[properties.get('Restart') ?? ''] ?? 'no', max: 0 },
    image: displaySafe(properties.get('Description') ?? '', 200),
    imageId: '',
    tty: false,
    logDriver: 'journald',
    stopSignal: 'SIGTERM',
    stopTimeout: 90,
    ...(result === '' || result === 'success' ? {} : { unitResult: result }),
  };
}
