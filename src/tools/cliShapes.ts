import { z } from 'zod';
import { healths } from '../diagnose/health.ts';

/** Times are ms since the epoch. Fields may be added; none is renamed or removed without a new major version. */
const level = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown']);
const category = z.string().regex(/^[a-z_]+$/);
const severity = z.enum(['info', 'warning', 'error', 'critical']);
/** A row of the catalogue of log patterns (`family/name`), and what it drew out of the line. */
const known = z.strictObject({
  row: z.string(),
  peer: z.string().optional(),
  port: z.string().optional(),
  path: z.string().optional(),
  setting: z.string().optional(),
  name: z.string().optional(),
});
const leveledLine = z.strictObject({ at: z.number(), level, text: z.string(), known: known.optional() });

export const serverShape = z.strictObject({
  id: z.string(),
  label: z.string(),
  sight: z.enum(['waiting', 'clear', 'lost']),
  /** Why it is not in sight, and what to do about it. */
  why: z.string().optional(),
  next: z.string().optional(),
  services: z.number().int(),
});

const evidenceShape = z.strictObject({
  id: z.string(),
  kind: z.string(),
  what: z.string(),
  from: z.enum(['event', 'inspect', 'log', 'probe', 'usage', 'change', 'memory']),
  at: z.number(),
  weight: z.number(),
  ref: z.strictObject({ quote: z.string(), where: z.string() }),
  known: known.optional(),
  /** The quote speaks to its reader or passes judgement itself: it weighs nothing. */
  suspect: z.literal(true).optional(),
});

export const issueShape = z.strictObject({
  key: z.string(),
  server: z.string(),
  /** Id of the service; null for an issue of a whole server. */
  service: z.string().nullable(),
  category,
  severity,
  confidence: z.number().min(0).max(1),
  /** How sure it is that this is the cause of its incident, where that differs from `confidence`. */
  calibrated: z.number().min(0).max(1).optional(),
  band: z.enum(['high', 'medium', 'low']),
  summary: z.string(),
  /** What to do next, where a known line tells it. */
  next: z.string().optional(),
  /** Where its service wants alerts to go. */
  channel: z.string().optional(),
  evidence: z.array(evidenceShape),
  status: z.enum(['suspected', 'confirmed']),
  firstSeen: z.number(),
  lastSeen: z.number(),
});

const hypothesisShape = z.strictObject({
  service: z.string(),
  category,
  /** Key of its issue; null where it has none of its own. */
  issue: z.string().nullable(),
  /** Against the other suspects. */
  share: z.number().min(0).max(1),
  confidence: z.number().min(0).max(1),
  band: z.enum(['high', 'medium', 'low']),
  because: z.array(z.string()),
  /** Ids of evidence. */
  evidence: z.array(z.string()),
  whatWouldRefute: z.string(),
});

const incidentShape = z.strictObject({
  id: z.string(),
  opened: z.number(),
  issues: z.array(z.string()),
  severity,
  /** Null where it is not known which of several services began it. */
  root: z.strictObject({ service: z.string(), issue: z.string(), because: z.string() }).nullable(),
  /** Keys of the issues that the root explains. */
  symptoms: z.array(z.string()),
  /** `recovering` has no open issue any more. */
  state: z.enum(['open', 'acknowledged', 'recovering', 'resolved']),
  acknowledged: z.strictObject({ at: z.number(), by: z.enum(['person', 'model']) }).nullable(),
  /** How often it came back. */
  reopened: z.number(),
  /** Id of the earlier incident that it goes on with. */
  continues: z.string().nullable(),
  /** Ids of incidents that turned out to be this one. */
  merged: z.array(z.string()),
  /** Suspected causes, likeliest first, at most three. */
  hypotheses: z.array(hypothesisShape),
  ruledOut: z.array(z.string()),
  notChecked: z.array(z.string()),
  /** What its confidence allows. */
  escalation: z.strictObject({ to: z.enum(['fixable', 'deeper', 'ask']), because: z.string() }).nullable(),
});
const excludedShape = z.strictObject({ service: z.string(), until: z.number(), reason: z.string(), critical: category.optional() });
const unknownShape = z.strictObject({ server: z.string(), service: z.string().optional(), why: z.string() });
const devModeShape = z.strictObject({ by: z.string(), reason: z.string(), since: z.number(), until: z.number() });

export const triageShape = z.strictObject({
  at: z.number(),
  health: z.enum(['healthy', 'degraded', 'critical', 'unknown']),
  servers: z.array(serverShape),
  issues: z.array(issueShape),
  incidents: z.array(incidentShape),
  healthy: z.array(z.string()),
  excluded: z.array(excludedShape),
  unknown: z.array(unknownShape),
  quiet: z.array(z.strictObject({ service: z.string(), why: z.string() })),
  /** Error lines held to be noise, and what would make them an issue. */
  noise: z.array(
    z.strictObject({ service: z.string(), patterns: z.number(), count: z.number(), why: z.string(), wouldBeReal: z.string() }),
  ),
  scope: z.strictObject({ by: z.enum(['services', 'workspace', 'all']), detail: z.string(), unmatched: z.array(z.string()) }),
  devMode: devModeShape.nullable(),
});

const portShape = z.strictObject({ container: z.number(), protocol: z.string(), host: z.number().nullable() });
const state = z.enum(['created', 'starting', 'running', 'restarting', 'paused', 'exited', 'missing', 'unknown']);

export const serviceShape = z.strictObject({
  id: z.string(),
  server: z.string(),
  name: z.string(),
  container: z.string(),
  kind: z.enum(['container', 'unit']),
  project: z.string().nullable(),
  service: z.string().nullable(),
  group: z.string().nullable(),
  /** Where it wants alerts to go. */
  channel: z.string().nullable(),
  instance: z.string().nullable(),
  image: z.string().nullable(),
  state,
  /** The line that people see: "exited 137 OOM, 2 min ago". */
  status: z.string(),
  since: z.number(),
  health: z.enum(['none', 'starting', 'healthy', 'unhealthy']).nullable(),
  exitCode: z.number().nullable(),
  oomKilled: z.boolean().nullable(),
  restarts: z.number().nullable(),
  ports: z.array(portShape),
  issues: z.array(z.string()),
  excludedUntil: z.number().nullable(),
  diagnostics: z.array(z.string()),
});

export const servicesShape = z.strictObject({ at: z.number(), servers: z.array(serverShape), services: z.array(serviceShape) });

export const inspectShape = z.strictObject({
  at: z.number(),
  service: serviceShape,
  deaths: z.array(
    z.strictObject({
      at: z.number(),
      exit: z.number().nullable(),
      oom: z.boolean(),
      intended: z.boolean(),
      inferred: z.boolean(),
      ran: z.number().nullable(),
    }),
  ),
  check: z.strictObject({ streak: z.number(), exit: z.number().nullable(), output: z.string().nullable() }).nullable(),
  errors: z.array(leveledLine),
  issues: z.array(issueShape),
  /** The engine's own inspect, secrets redacted; null when it could not be read. */
  inspect: z.unknown(),
});

const memberShape = z.strictObject({
  service: z.string(),
  status: z.string(),
  state,
  health: z.enum(healths),
  /** How long its present run lasts, ms; null while it does not run or cannot be seen. */
  up: z.number().nullable(),
  /** Deaths of the last 24 hours that nobody meant. */
  deaths: z.number().int(),
  channel: z.string().nullable(),
  ports: z.array(portShape),
  needs: z.array(z.string()),
  issues: z.array(z.string()),
  diagnostics: z.array(z.string()),
});

export const groupsShape = z.strictObject({
  at: z.number(),
  groups: z.array(
    z.strictObject({
      server: z.string(),
      group: z.string().nullable(),
      health: z.enum(healths),
      /** How many members are how, in words: "1 critical, 2 healthy". */
      counts: z.string(),
      services: z.number(),
      /** Ids in an order in which each comes after what it needs; who is in a cycle, or needs one, is not in it. */
      order: z.array(z.string()),
      unordered: z.array(z.string()),
      members: z.array(memberShape),
      /** Open incidents that touch the group; `outside`: the service at the root is of another group. */
      incidents: z.array(incidentShape.extend({ outside: z.boolean() })),
    }),
  ),
});

/** One line of `logs --json`. */
export const logLineShape = z.strictObject({
  at: z.number(),
  stream: z.enum(['out', 'err']),
  level,
  text: z.string(),
  cut: z.literal(true).optional(),
});

/** One line of `watch --json`: an entry of the timeline. */
export const entryShape = z.looseObject({
  id: z.string(),
  at: z.number(),
  plusMinus: z.number(),
  actor: z.enum(['system', 'dozor', 'person', 'model']),
  server: z.string(),
  service: z.string().optional(),
  kind: z.enum(['observed', 'diagnosed', 'incident', 'decided', 'acted']),
  detail: z.string(),
});

export type TriageJson = z.infer<typeof triageShape>;
export type ServiceJson = z.infer<typeof serviceShape>;
export type ServicesJson = z.infer<typeof servicesShape>;
export type ServerJson = z.infer<typeof serverShape>;
export type IssueJson = z.infer<typeof issueShape>;
export type InspectJson = z.infer<typeof inspectShape>;
export type GroupsJson = z.infer<typeof groupsShape>;
export type LogLineJson = z.infer<typeof logLineShape>;
