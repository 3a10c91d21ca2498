import { existsSync } from 'node:fs';
import { eachLimited } from '../base/limit.ts';
import type { Log } from '../base/log.ts';
import { type Clock, minutes, pause } from '../base/time.ts';
import type { ShellResult } from '../connect/shell.ts';
import { isUnitName, type UserManager } from '../connect/systemctl.ts';
import type { LogLine } from '../model/logs.ts';
import type { Observation, Source } from '../model/observation.ts';
import type { Facts, Server, ServiceId } from '../model/service.ts';
import type { News } from './dockerLook.ts';
import { readJournal } from './journal.ts';
import type { LogMill } from './logMill.ts';
import { isWatched, type Properties, readShow, readUnits, shownProperties, unitFacts, unitNames, unitService } from './systemdUnits.ts';

export interface UnitDeps {
  readonly server: Server;
  readonly manager: UserManager;
  /** Only these units; null: all that are no part of the desktop. */
  readonly wanted: readonly string[] | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly mill: LogMill;
}

const pollEvery = minutes(1);
const journalWidth = 4;
const journalCap = 50;
const tailLines = 200;

/** Whether this user has a systemd manager; asked of the file system, so that a machine without one starts no program. */
export function hasUserManager(env: Readonly<Record<string, string | undefined>>): boolean {
  const runtime = env['XDG_RUNTIME_DIR'] ?? (process.getuid === undefined ? undefined : `/run/user/${process.getuid()}`);
  return runtime !== undefined && (existsSync(`${runtime}/systemd/private`) || existsSync(`${runtime}/systemd/notify`));
}

const because = (result: ShellResult): string =>
  result.ok ? result.err.trim().slice(0, 200) || `it ended with ${result.code}` : result.because;

export interface UnitSeen {
  readonly unit: string;
  readonly properties: Properties;
}

/**
 * The watched units and their properties: two programs for all of them. systemd forgets a unit that ended, so those that were
 * `known` once, and those that are wanted by name, are asked for though they are not listed. The error text when none can be read.
 */
export async function readAllUnits(
  { manager, wanted }: Pick<UnitDeps, 'manager' | 'wanted'>,
  known: Iterable<string>,
  signal: AbortSignal,
): Promise<UnitSeen[] | string> {
  const list = await manager.list(signal);
  const listed = list.ok && list.code === 0 ? readUnits(list.out) : undefined;
  if (listed === undefined) return `systemctl --user list-units: ${because(list)}`;
  const units = [...new Set([...listed.filter(unit => isWatched(unit, wanted)), ...known, ...unitNames(wanted ?? [])])];
  if (units.length === 0) return [];
  const shown = await manager.show(units, shownProperties, signal);
  if (!shown.ok) return `systemctl --user show: ${because(shown)}`;
  const all = readShow(shown.out);
  return units.flatMap(unit => {
    const properties = all.get(unit);
    return properties?.get('LoadState') === 'loaded' ? [{ unit, properties }] : [];
  });
}

/** The unit's name of `server/unit:name`. */
export function unitNameOf(service: ServiceId): string | undefined {
  const part = service.split('/')[1] ?? '';
  const name = part.startsWith('unit:') ? decodeURIComponent(part.slice('unit:'.length)) : '';
  return isUnitName(name) ? name : undefined;
}

export const stampUnit = (deps: Pick<UnitDeps, 'server' | 'clock'>, news: News): Observation =>
  ({ ...news, server: deps.server.id, at: deps.clock.now(), plusMinus: 0, how: 'live' }) as Observation;

export interface TailWanted {
  readonly tail: number;
  /** A cursor of the journal. */
  readonly after?: string | undefined;
  /** Only what the unit's programs said; by itself systemd adds that it started and ended them. */
  readonly own?: boolean;
}

/** The end of a unit's journal; the error text when it cannot be read. */
export async function readTail(
  manager: UserManager,
  unit: string,
  { tail, after, own = false }: TailWanted,
  signal: AbortSignal,
): Promise<LogLine[] | string> {
  const result = await manager.journal(unit, tail, after, signal);
  return result.ok && result.code === 0 ? readJournal(result.out, own) : `journalctl: ${because(result)}`;
}

export async function journalNews(deps: UnitDeps, service: ServiceId, instance: string, signal: AbortSignal): Promise<News | undefined> {
  const unit = unitNameOf(service);
  if (unit === undefined) return undefined;
  const lines = await readTail(deps.manager, unit, { tail: tailLines, own: true }, signal);
  if (typeof lines === 'string') return { kind: 'logs-unreadable', service, instance, why: lines };
  return { kind: 'logs', service, instance, digest: await deps.mill.digest(service, lines) };
}

const fails = (facts: Facts): boolean => facts.state === 'restarting' || facts.unitResult !== undefined;

/** Watches the user's units by asking once a minute; a journal is read at first, and again when its unit failed anew. */
export class UnitWatch {
  private readonly known = new Map<ServiceId, string>();
  private units: readonly string[] = [];
  private synced = false;
  private emit: (seen: Observation) => void = () => undefined;
  private readonly deps: UnitDeps;

  constructor(deps: UnitDeps) {
    this.deps = deps;
  }

  readonly source: Source = async (emit, signal) => {
    this.emit = emit;
    while (!signal.aborted) {
      await this.poll(signal);
      await pause(this.deps.clock, pollEvery, signal);
    }
  };

  async poll(signal: AbortSignal): Promise<void> {
    const seen = await readAllUnits(this.deps, this.units, signal);
    if (signal.aborted) return;
    if (typeof seen === 'string') return this.lose(seen);
    this.units = seen.map(({ unit }) => unit);
    const { id } = this.deps.server;
    this.tell({ kind: 'inventory', services: seen.map(({ unit, properties }) => unitService(id, unit, properties)) });
    const changed = seen.filter(unit => this.takeFacts(unit));
    if (!this.synced) this.tell({ kind: 'sight', clear: true });
    const read = changed.filter(({ unit, properties }) => !this.synced || fails(unitFacts(unit, properties)));
    await eachLimited(read.slice(0, journalCap), journalWidth, unit => this.readJournal(unit, signal));
    if (!this.synced && !signal.aborted) this.tell({ kind: 'synced' });
    this.synced = true;
  }

  /** True when they are not what they were. */
  private takeFacts({ unit, properties }: UnitSeen): boolean {
    const service = unitService(this.deps.server.id, unit, properties).id;
    const facts = unitFacts(unit, properties);
    const mark = JSON.stringify(facts);
    if (this.known.get(service) === mark) return false;
    this.known.set(service, mark);
    this.tell({ kind: 'inspected', service, facts });
    return true;
  }

  private async readJournal({ unit, properties }: UnitSeen, signal: AbortSignal): Promise<void> {
    const { id, instance = '' } = unitService(this.deps.server.id, unit, properties);
    const news = await journalNews(this.deps, id, instance, signal);
    if (news !== undefined && !signal.aborted) this.tell(news);
  }

  private lose(text: string): void {
    this.deps.log.debug(text);
    this.synced = false;
    this.known.clear();
    const next = 'Look at "systemctl --user status". Dozor asks again every minute.';
    this.tell({ kind: 'sight', clear: false, why: { code: 'lost', text: `The user's systemd does not answer: ${text}`, next } });
  }

  private tell(news: News): void {
    this.emit(stampUnit(this.deps, news));
  }
}
