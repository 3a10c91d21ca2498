import type { Investigation, Progress } from '../act/investigation.ts';
import type { Disposable, Event } from '../base/emitter.ts';
import type { CalibrationReport } from '../diagnose/calibration.ts';
import type { Report } from '../diagnose/report.ts';
import type { World } from '../diagnose/world.ts';
import type { Action, Asker, Outcome, Verb } from '../model/action.ts';
import type { AskedBy, Attention, Lease } from '../model/attention.ts';
import type { KnownIncident, TimelineEntry } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { LogLine } from '../model/logs.ts';
import type { Observation, Source } from '../model/observation.ts';
import type { Label, LabelledBy } from '../model/prediction.ts';
import type { PeerAnswer, PeerAsk } from '../model/probe.ts';
import type { InstanceId, Server, ServerId, ServiceId } from '../model/service.ts';
import type { Settings } from '../model/settings.ts';

/** Which lines to read. `tail` counts from the end; `follow` goes on until the signal aborts or the instance ends. */
export interface LogWant {
  readonly tail: number;
  readonly follow: boolean;
  /** Exact stamp of the last line already held; that line and those before it are not repeated. */
  readonly after?: string;
}

export interface Target {
  readonly service: ServiceId;
  readonly instance: InstanceId;
}

/** What the engine is handed for one server; the doors wire it from `connect`, `observe` and `act`. */
export interface ServerLink extends Disposable {
  readonly server: Server;
  readonly watch: Source;
  /** One list, and an inspect of what changed; what it sees goes out through `watch`. */
  refresh(signal: AbortSignal): Promise<void>;
  /** A closer look at one instance. */
  look(target: Target, at: 'inspect' | 'logs', signal: AbortSignal): Promise<readonly Observation[]>;
  readLogs(target: Target, want: LogWant, signal: AbortSignal): AsyncIterable<LogLine>;
  /** Inspect as JSON with secrets redacted. */
  inspect(target: Target, signal: AbortSignal): Promise<unknown>;
  /**
   * Connects to a few ports of an instance, at its own address alone, and closes at once. A text says why nothing was asked ("it ...").
   * Never rejects. Absent where instances have no ports.
   */
  probePeer?(target: Target, ask: PeerAsk, signal: AbortSignal): Promise<readonly PeerAnswer[] | string>;
  /** Carries out an action; called by the gate alone. */
  perform(action: Action, signal: AbortSignal): Promise<Outcome>;
  /** Drops the wait before the next try to connect. */
  retryNow(): void;
}

/** What the engine believes now. A plain value. */
export interface Beliefs {
  readonly at: number;
  readonly world: World;
  /** The services within the scope, in the order of the tree. */
  readonly shown: readonly ServiceId[];
  readonly scope: Report['scope'];
  /** Of all shown services, excluded ones too; worst first. */
  readonly issues: readonly Issue[];
  /** Open, acknowledged and recovering ones, oldest first. */
  readonly incidents: readonly KnownIncident[];
  readonly attention: Attention;
}

/** Counts of what the engine did, for benchmarks and its own health. */
export interface EngineCounts {
  readonly observations: number;
  readonly dropped: number;
  readonly queued: number;
}

export interface Engine extends Disposable {
  /** Fires after beliefs changed, at most once per 50 ms. */
  readonly changed: Event<Beliefs>;
  /** Each new timeline entry, as it is written. */
  readonly entry: Event<TimelineEntry>;
  readonly counts: EngineCounts;
  beliefs(): Beliefs;
  start(): void;
  /** Resolves when every server has been looked at once or is known to be out of sight. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Waits for `ready`, looks again where the last look is older than 30 s, and reports. */
  triage(signal?: AbortSignal): Promise<Report>;
  /** Newest last. */
  timeline(query: { readonly from?: number; readonly service?: ServiceId; readonly limit: number }): readonly TimelineEntry[];
  /** Kept for 90 days, resolved ones too; oldest first. `from` in ms leaves out what was over before it. */
  incidents(query: { readonly from?: number; readonly limit: number }): readonly KnownIncident[];
  /** Somebody has seen an incident: it stays open and no badge counts it. `nobody` takes that back. False where there is nothing to change. */
  acknowledge(id: string, by: 'person' | 'model' | 'nobody'): boolean;
  /** Says whether what was told of an incident's cause was right; later confidence learns from it. False where nothing was told. */
  label(id: string, label: Label, by: LabelledBy): boolean;
  /** How far confidence came true, by labels; undefined without any. */
  calibration(): CalibrationReport | undefined;
  readLogs(service: ServiceId, want: LogWant, signal: AbortSignal): AsyncIterable<LogLine>;
  inspect(service: ServiceId, signal: AbortSignal): Promise<unknown>;
  /** Read-only checks of one service side by side, at most 20 s; rejects where the service is not known. Cancelled, it gives what it had. */
  investigate(service: ServiceId, signal: AbortSignal, progress?: Progress): Promise<Investigation>;
  /** The only way to an effect. `confirm` is asked with the whole proposal after the policy said `ask`; it must ask a person. */
  request(
    wish: { readonly verb: Verb; readonly service: ServiceId; readonly askedBy: Asker; readonly because: string },
    confirm: Confirm,
    signal: AbortSignal,
  ): Promise<Outcome>;
  /** Turns dev mode (`scope: 'all'`) on or leaves one service out, until `until` (ms); a new lease of the same scope and asker replaces the old. */
  lease(wish: { readonly scope: 'all' | ServiceId; readonly by: AskedBy; readonly reason: string; readonly until: number }): Lease;
  /** Ends the leases of a scope. A model may end only what a model began. Returns how many ended. */
  endLease(scope: 'all' | ServiceId, by: AskedBy): number;
  /** New settings or workspace folders; applied to what they touch. */
  configure(settings: Settings, folders: readonly string[]): void;
  retryNow(server?: ServerId): void;
}

/** What a person is asked before an effect; built from the proposal, never from the asker's words. */
export interface Proposal {
  readonly action: Action;
  readonly serverLabel: string;
  readonly serviceName: string;
  readonly project?: string;
  readonly devMode: boolean;
}
export type Confirm = (proposal: Proposal) => Promise<boolean>;
