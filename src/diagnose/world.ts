import type { Deploy } from '../model/change.ts';
import type { Death } from '../model/death.ts';
import type { FlapRing } from '../model/flaps.ts';
import type { DroppedLog, LeveledLine } from '../model/logs.ts';
import type { Makes } from '../model/makes.ts';
import type { LifecycleEvent, SightLoss } from '../model/observation.ts';
import type { LogPatterns } from '../model/pattern.ts';
import type { PeerProbe, Probe } from '../model/probe.ts';
import type { RunLog } from '../model/runLog.ts';
import type { Facts, InstanceId, Server, ServerId, Service, ServiceId } from '../model/service.ts';
import type { Usage } from '../model/usage.ts';

/** One lifecycle event as it was seen; `nano` orders within a millisecond. */
export interface Moment {
  readonly event: LifecycleEvent;
  readonly instance: InstanceId;
  readonly at: number;
  readonly nano: string;
  readonly signal?: number;
  readonly inferred: boolean;
}

/** What is kept of a service's log. */
export interface LogMemory {
  readonly instance: InstanceId;
  /** Error and fatal lines, newest last, at most 40. */
  readonly errors: readonly LeveledLine[];
  /** Minute (epoch minutes) → count of error lines, newest 60 minutes. */
  readonly errorMinutes: ReadonlyMap<number, number>;
  /** Lines of any level, newest last, at most 12. */
  readonly last: readonly LeveledLine[];
  readonly lines: number;
  /** What came too fast to be read, in all; absent when everything was read. */
  readonly dropped?: DroppedLog;
  /** Stamp of the first and of the newest line read, ms. */
  readonly from: number;
  readonly to: number;
  /** Lines that the label's pattern matches, newest last, at most 12; and minute → count of them, newest 60 minutes. */
  readonly hits?: { readonly lines: readonly LeveledLine[]; readonly minutes: ReadonlyMap<number, number> };
  /** What the instance before this one said last. */
  readonly previous?: Pick<LogMemory, 'instance' | 'errors' | 'last' | 'from' | 'to'>;
}

/** What is known of a service beyond its inventory. Its lists stand at the end of those of `ServiceView.service`. */
export interface Additions {
  /** Needs that the settings declare, by name. */
  readonly needs: readonly ServiceId[];
  /** The settings say that another service needs it. */
  readonly needed: boolean;
  /** What is wrong with what they declare. */
  readonly notes: readonly string[];
  /** Why its `dozor.logs.pattern` is not used. */
  readonly patternTrouble?: string;
}

export interface ServiceView {
  readonly service: Service;
  /** Already within `service`. */
  readonly added?: Additions;
  readonly facts?: Facts;
  /** Newest last, at most 64. */
  readonly moments: readonly Moment[];
  /** Newest last, at most 64; kept when the container is recreated. */
  readonly deaths: readonly Death[];
  readonly logs?: LogMemory;
  /** What its log is like, whichever instance wrote it; kept over a reload. */
  readonly patterns?: LogPatterns;
  /** Answers of its health check URL by the present instance, newest last, at most 8. */
  readonly probes?: readonly Probe[];
  /** Questions to its peers, and to it on behalf of those who need it; newest last, at most 8. */
  readonly peerProbes?: readonly PeerProbe[];
  /** The ends of the logs of runs that are over, newest last, at most 2. */
  readonly runLogs?: readonly RunLog[];
  /** Newest last, at most 120; of the present instance and the one before. */
  readonly usage?: readonly Usage[];
  /** What it is made from, and what it was made from when it last ran in peace. */
  readonly makes?: Makes;
  /** The newest change of what it is made from. */
  readonly deploy?: Deploy;
  /** Its ups and downs; kept over a reload. */
  readonly flaps?: FlapRing;
  /** Why its log cannot be read. */
  readonly logsUnreadable?: string;
  /** A look at this service failed, and nothing newer is known. */
  readonly unseen?: string;
  /** When this service was first seen by us, ms. */
  readonly known: number;
  /** Another service needs it while it runs. */
  readonly needed: boolean;
  /** Another service waits for its successful end. */
  readonly awaited: boolean;
}

export interface ServerView {
  readonly server: Server;
  /** `waiting` until the first look; `clear` while its stream is whole; `lost` with the reason. */
  readonly sight: 'waiting' | 'clear' | 'lost';
  readonly loss?: SightLoss;
  /** When `sight` last changed, ms. */
  readonly since: number;
  /** When it was last clear, ms; absent when never. */
  readonly lastClear?: number;
  /** When it began to end its containers before it went, ms; while it is lost. */
  readonly ending?: number;
  /** Time between the last two spans of sight, when there was one, with the engine's own end: deaths in it are the daemon's. */
  readonly gap?: readonly [from: number, to: number];
}

/** All that is known. A plain value; `see` makes the next one. */
export interface World {
  readonly servers: ReadonlyMap<ServerId, ServerView>;
  readonly services: ReadonlyMap<ServiceId, ServiceView>;
}

export const emptyWorld = (servers: readonly Server[], now: number): World => ({
  servers: new Map(servers.map(server => [server.id, { server, sight: 'waiting', since: now }])),
  services: new Map(),
});
