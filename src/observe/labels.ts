import { displaySafe } from '../base/safeText.ts';
import { checkUrl } from '../connect/probeUrl.ts';
import { type Fields, fields, given } from './readers.ts';

export interface Dependency {
  readonly service: string;
  /** `service_started`, `service_healthy` or `service_completed_successfully`. */
  readonly condition: string;
  /** Named by `dozor.depends_on`; such a name has to exist. */
  readonly byLabel?: true;
}

/** What a container's labels ask for. Everything in it is text from outside. */
export interface Labels {
  readonly enabled: boolean;
  readonly group?: string;
  /** For the eye alone; look-ups never use it. */
  readonly name?: string;
  readonly project?: string;
  readonly composeService?: string;
  /** 1 unless compose says otherwise. */
  readonly replica: number;
  readonly oneOff: boolean;
  readonly dependsOn: readonly Dependency[];
  readonly folder?: string;
  /** `dozor.healthcheck.url`, parsed and judged. May hold secrets in its query: it is never shown. */
  readonly probe?: string;
  /** `dozor.logs.pattern` as it is written: whoever matches lines with it judges whether it is a pattern. */
  readonly pattern?: string;
  /** `dozor.alert.channel`, well formed; whether there is such a channel is not known here. */
  readonly channel?: string;
  readonly diagnostics: readonly string[];
  /** Whether a label of exactly this key exists: it could stand in for an event's attribute. */
  has(key: string): boolean;
}

const keyCap = 32;
const valueCap = 1024;
const dependencyCap = 32;
const nameCap = 80;
const patternCap = 256;

const compose = 'com.docker.compose.';
const yes = /^(?:true|1|yes|on)$/i;
const no = /^(?:false|0|no|off)$/i;

interface Kept {
  readonly values: ReadonlyMap<string, string>;
  readonly notes: string[];
}

/** The `dozor.*` labels, bounded in number and size; a Map, so that `__proto__` is a key like any other. */
function keepOurs(raw: Fields): Kept {
  const values = new Map<string, string>();
  const notes: string[] = [];
  let extra = 0;
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    if (!key.startsWith('dozor.') || typeof value !== 'string') continue;
    if (values.size >= keyCap) extra++;
    else if (value.length > valueCap) notes.push(`label ${displaySafe(key, 60)} is longer than ${valueCap} characters and was ignored`);
    else values.set(key, value);
  }
  if (extra > 0) notes.push(`${extra} dozor.* labels beyond the first ${keyCap} were ignored`);
  return { values, notes };
}

function readEnable(kept: Kept): boolean {
  const value = kept.values.get('dozor.enable')?.trim();
  if (value === undefined || yes.test(value)) return true;
  if (no.test(value)) return false;
  kept.notes.push(`label dozor.enable is "${displaySafe(value, 40)}"; use true or false. The service is watched.`);
  return true;
}

function readShort(kept: Kept, key: string): string | undefined {
  const value = kept.values.get(key);
  if (value === undefined) return undefined;
  const shown = displaySafe(value, nameCap);
  if (shown === '') kept.notes.push(`label ${key} holds nothing that can be shown and was ignored`);
  else if (shown !== value) kept.notes.push(`label ${key} was cleaned for display`);
  return shown === '' ? undefined : shown;
}

/** Identity parts must come through whole or not at all: a cut name could be another service's. */
function identity(raw: Fields, key: string, notes: string[]): string | undefined {
  const value = Object.hasOwn(raw, key) ? raw[key] : undefined;
  if (typeof value !== 'string' || value === '') return undefined;
  // A lone surrogate cannot be part of an id: it has no encoding.
  if (value.length <= 255) return value.toWellFormed();
  notes.push(`label ${key} is longer than 255 characters and was ignored`);
  return undefined;
}

const bare = (raw: Fields, key: string): string => {
  const value = Object.hasOwn(raw, key) ? raw[key] : undefined;
  return typeof value === 'string' ? value : '';
};

/** `db:service_healthy:false,cache:service_started:true` -> dependencies. */
function readDependencies(value: string, notes: string[]): Dependency[] {
  const parts = value
    .slice(0, 16 * 1024)
    .split(',')
    .filter(part => part !== '');
  if (parts.length > dependencyCap) notes.push(`only the first ${dependencyCap} of ${parts.length} compose dependencies count`);
  return parts.slice(0, dependencyCap).flatMap(part => {
    const [service = '', condition = 'service_started'] = part.split(':');
    return service === '' ? [] : [{ service, condition }];
  });
}

/** `db, cache` of `dozor.depends_on`, added to what compose says. */
function withOurs(compose: readonly Dependency[], value: string | undefined, notes: string[]): Dependency[] {
  const names = [...new Set((value ?? '').split(',').map(name => name.trim()))].filter(name => name !== '');
  if (names.length > dependencyCap) notes.push(`only the first ${dependencyCap} of ${names.length} names in dozor.depends_on count`);
  const ours = names.slice(0, dependencyCap);
  const added = ours.filter(name => !compose.some(need => need.service === name));
  return [...compose, ...added.map(service => ({ service, condition: 'service_started', byLabel: true as const }))];
}

function readProbe(kept: Kept): string | undefined {
  const value = kept.values.get('dozor.healthcheck.url')?.trim();
  if (value === undefined) return undefined;
  const checked = checkUrl(value);
  if (checked.ok) return checked.url.href;
  kept.notes.push(`label dozor.healthcheck.url ${checked.why}; it is not asked. Use an http address of the container itself.`);
  return undefined;
}

/** An empty pattern would match every line: it is told and counts as none. */
function readPattern(kept: Kept): string | undefined {
  const value = kept.values.get('dozor.logs.pattern');
  if (value === undefined) return undefined;
  const wrong = patternTrouble(value);
  if (wrong === undefined) return value;
  kept.notes.push(`label dozor.logs.pattern ${wrong} and was ignored; give a regular expression of at most ${patternCap} characters`);
  return undefined;
}

function patternTrouble(value: string): string | undefined {
  if (value.trim() === '') return 'is empty';
  if (value.length > patternCap) return `is longer than ${patternCap} characters`;
  return value.isWellFormed() ? undefined : 'holds half a character';
}

const channelForm = /^[A-Za-z0-9_.-]{1,64}$/;

function readChannel(kept: Kept): string | undefined {
  const value = kept.values.get('dozor.alert.channel')?.trim();
  if (value === undefined || channelForm.test(value)) return value;
  kept.notes.push(
    `label dozor.alert.channel is "${displaySafe(value, 40)}" and was ignored; use letters, digits, dot, dash or underscore, at most 64`,
  );
  return undefined;
}

/** Labels as the engine gives them -> what they ask for. Never throws; what is malformed is told in `diagnostics`. */
export function readLabels(value: unknown): Labels {
  const raw = fields(value);
  const kept = keepOurs(raw);
  const { notes } = kept;
  const project = identity(raw, `${compose}project`, notes);
  const composeService = project === undefined ? undefined : identity(raw, `${compose}service`, notes);
  const group = readShort(kept, 'dozor.group');
  const name = readShort(kept, 'dozor.name');
  const folder = bare(raw, `${compose}project.working_dir`).slice(0, 4096);
  const asked = {
    ...given('probe', readProbe(kept)),
    ...given('pattern', readPattern(kept)),
    ...given('channel', readChannel(kept)),
  };
  const number = Number(bare(raw, `${compose}container-number`));
  return {
    enabled: readEnable(kept),
    ...(group === undefined ? {} : { group }),
    ...(name === undefined ? {} : { name }),
    ...(project === undefined || composeService === undefined ? {} : { project, composeService }),
    replica: Number.isInteger(number) && number > 1 && number < 10_000 ? number : 1,
    oneOff: /^true$/i.test(bare(raw, `${compose}oneoff`)),
    dependsOn: withOurs(readDependencies(bare(raw, `${compose}depends_on`), notes), kept.values.get('dozor.depends_on'), notes),
    ...(folder === '' ? {} : { folder }),
    ...asked,
    diagnostics: notes,
    has: key => Object.hasOwn(raw, key),
  };
}
