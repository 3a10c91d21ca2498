import type { Clock } from '../base/time.ts';
import type { Overall } from '../diagnose/report.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { Incident, KnownIncident, TimelineEntry } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { LogLine } from '../model/logs.ts';
import type { PeerRound } from '../model/probe.ts';
import type { ServiceId } from '../model/service.ts';

export const checkNames = ['state', 'logs', 'dependencies', 'changes', 'usage', 'memory'] as const;
export type CheckName = (typeof checkNames)[number];

/** A line of a log: of which service, and when it was written (the engine's stamp, ms). */
export interface Place {
  readonly service: ServiceId;
  readonly at: number;
}

/** What a check found, in our words on one line; `quotes` are outside text, never mixed into ours. */
export interface Found {
  readonly text: string;
  readonly quotes?: readonly string[];
  /** Where each quote stands, in the order of `quotes`; absent where they are no log lines. */
  readonly places?: readonly Place[];
}

/** `no-data` searched and found nothing, `error` could not look, `skipped` does not apply; `why` says so for each of the three. */
export interface CheckAnswer {
  readonly status: 'ok' | 'no-data' | 'error' | 'skipped';
  readonly why?: string;
  /** Worth a person's look: it speaks for trouble. */
  readonly interesting: boolean;
  readonly findings: readonly Found[];
  /** What a person does next about what was found. */
  readonly next?: readonly string[];
  /** What cannot be the cause, by what this check saw. */
  readonly ruledOut?: readonly string[];
}

/** `ms` is how long the check took. */
export interface CheckResult extends CheckAnswer {
  readonly check: CheckName;
  readonly ms: number;
}

/** What is believed of the service when the checks begin. */
export interface Subject {
  readonly view: ServiceView;
  readonly world: World;
  /** Of this service, worst first. */
  readonly issues: readonly Issue[];
  readonly incidents: readonly (Incident & Partial<KnownIncident>)[];
  readonly now: number;
}

/** What an investigation reads from; nothing here changes anything. */
export interface InvestigationNeeds {
  readonly clock: Clock;
  /** Looks again where the last look is old. */
  prepare(signal: AbortSignal): Promise<unknown>;
  /** With all that was seen by now. Throws with what to do next where the service is not known. */
  subject(): Subject;
  readLogs(tail: number, signal: AbortSignal): AsyncIterable<LogLine>;
  /** One round of questions to each need that runs; what is learned also becomes known to the engine. */
  askPeers(signal: AbortSignal): Promise<readonly PeerRound[]>;
  /** What the timeline holds of this service, newest last. */
  history(): readonly TimelineEntry[];
}

export type Check = (subject: Subject, needs: InvestigationNeeds, signal: AbortSignal) => CheckAnswer | Promise<CheckAnswer>;

export interface Investigation extends Subject {
  readonly health: Overall;
  readonly checks: readonly CheckResult[];
  readonly ruledOut: readonly string[];
  /** What could not be looked at, with the reason. */
  readonly notSeen: readonly string[];
  readonly cancelled: boolean;
}

/** Told after each check that ended. */
export type Progress = (ended: CheckResult, done: number, of: number) => void;
