import type { Band, Category } from '../model/issue.ts';

/** One item for or against a hypothesis, with its log-odds for that category. */
export interface Weighed {
  readonly kind: string;
  readonly weight: number;
  /** When it happened, ms; ages with a half-life of 10 min unless it is a state that is still true. */
  readonly at: number;
  readonly lasting: boolean;
}

/** What keeps a belief from being sure, whatever the evidence. */
export interface Doubts {
  /** A check that must be made failed or timed out. */
  readonly unread?: boolean;
  /** All that speaks for it comes from logs. */
  readonly logsOnly?: boolean;
  /** Older than 15 min, and not happening again. */
  readonly past?: boolean;
  readonly flapping?: boolean;
}

const prior = 0.1;
const halfLife = 10 * 60_000;
const minor = 0.25;
export const logit = (p: number): number => Math.log(p / (1 - p));
export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Counts up with each change of the table below, so that predictions of different tables can be told apart. */
export const tableVersion = 2;

/**
 * Log-odds of a kind of evidence for a category; `*` is any category the rule names.
 * Starting values; the one place that holds them. Groups are the part before the dot: one fact seen three ways counts once.
 */
export const weights: Readonly<Record<string, Partial<Record<Category | '*', number>>>> = {
  'death.unexpected': { app_crash: 3, bad_change: 3, dependency: 3 },
  'death.loop': { app_crash: 3, bad_change: 3 },
  'death.ended': { app_crash: 1.5 },
  'intent.stop': { operator_action: 5, app_crash: -5, bad_change: -5, hang: -5, unhealthy: -5 },
  'intent.silent': { operator_action: 4, app_crash: -5, bad_change: -5, hang: -5, unhealthy: -5 },
  'intent.daemon': { daemon_restart: 5, app_crash: -5, bad_change: -5, hang: -5, unhealthy: -5 },
  'same.exit': { app_crash: 1.5 },
  'same.quick': { app_crash: 1.2, config_error: 1.2 },
  'oom.event': { oom: 4, bad_change: 3 },
  'oom.flag': { oom: 3, bad_change: 3 },
  'mem.log': { oom: 0.8 },
  'mem.limit': { oom: 1.5 },
  'start.error': { start_error: 4, bad_change: 3 },
  'start.exit': { start_error: 4, bad_change: 3 },
  'start.log': { start_error: 2.5 },
  'disk.log': { disk_full: 2.5 },
  'pids.log': { resource_limit: 2.5 },
  'count.limit': { resource_limit: 2 },
  'config.log': { config_error: 3 },
  // Refused by a permission, a login, a certificate or a schema: a setting is the likely cause, and not the only one.
  'config.denied': { config_error: 2 },
  'config.port': { config_error: 3 },
  'net.log': { network: 2.5 },
  'net.detached': { network: 2 },
  'peer.named': { network: 1.2, config_error: 1.2, latency: 1.2 },
  'peer.down': { dependency: 2.2 },
  'peer.edge': { dependency: 0.7 },
  'slow.probe': { latency: 2 },
  // A connection from this machine: it clears the peer, and says nothing of the way between the two.
  'probe.ok': { dependency: -3 },
  'probe.quick': { latency: -3 },
  'words.last': { '*': 1.5 },
  'health.state': { unhealthy: 3, bad_change: 2, hang: 1 },
  'hang.timeout': { hang: 2 },
  'alive.deps': { hang: 1 },
  'quiet.log': { hang: 1 },
  'change.image': { bad_change: 2 },
  'change.stable': { bad_change: 1.5 },
  'change.recent': { bad_change: 1 },
  // Three failures in a row of the URL that its label names: as good as a check of its own, but a group of its own, since both may be there.
  'probe.fail': { unhealthy: 3, bad_change: 2 },
  'errs.new': { app_error: 2 },
  'rate.up': { app_error: 1.5 },
  // Somebody has said by a label that such a line is an error: one is enough for MEDIUM.
  'pattern.hit': { app_error: 2.5 },
  'flap.percent': { flapping: 3 },
  'reach.lost': { unreachable: 5 },
  'noise.baseline': { app_error: -2, config_error: -2, disk_full: -2, network: -2, oom: -0.8, resource_limit: -2 },
  'soft.137': { app_crash: 0.7, oom: 0.7 },
  'log.quote': { '*': 0 },
};

/** The log-odds of a kind for a category; 0 where the table has none. */
export function weightOf(kind: string, category: Category): number {
  const row = weights[kind];
  return row?.[category] ?? row?.['*'] ?? 0;
}

/**
 * Probability of a hypothesis: z = logit(0.10) + Σ over groups (strongest item + 0.25 × sum of the others), p = 1 / (1 + e^−z),
 * then the caps. Order of items does not matter; 0 < p < 1.
 */
export function score(items: readonly Weighed[], now: number, doubts: Doubts = {}): number {
  const groups = new Map<string, number[]>();
  for (const item of items) {
    const aged = item.lasting ? item.weight : item.weight * 0.5 ** (Math.max(0, now - item.at) / halfLife);
    const group = item.kind.split('.', 1)[0] ?? item.kind;
    groups.set(group, [...(groups.get(group) ?? []), aged]);
  }
  const z = logit(prior) + [...groups.values()].reduce((sum, group) => sum + groupWeight(group), 0);
  return capped(sigmoid(z), doubts);
}

function groupWeight(group: readonly number[]): number {
  const strongest = group.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  const sum = group.reduce((a, b) => a + b, 0);
  return strongest + minor * (sum - strongest);
}

function capped(p: number, doubts: Doubts): number {
  if (doubts.flapping) return 0.7;
  const caps = [doubts.unread ? 0.8 : 1, doubts.logsOnly ? 0.6 : 1, doubts.past ? 0.5 : 1];
  return Math.min(p, ...caps);
}

/** HIGH from 0.85, MEDIUM from 0.50, else LOW. */
export function bandOf(p: number): Band {
  if (p >= 0.85) return 'high';
  return p >= 0.5 ? 'medium' : 'low';
}
