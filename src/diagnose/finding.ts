import type { Category, Evidence } from '../model/issue.ts';
import type { KnownLine } from '../model/logs.ts';
import { type Stop, whyStopped } from './death.ts';
import type { ServerView, ServiceView, World } from './world.ts';

/** What a rule looks at: one service, why it stopped if it did, and now in ms. */
export interface Sighting {
  readonly view: ServiceView;
  readonly server: ServerView | undefined;
  readonly stop: Stop;
  readonly now: number;
  /** All that is known, for rules that look at peers. */
  readonly world?: World;
}

/** A rule's finding: evidence without its weight, which the table holds per category. */
export interface Finding {
  readonly kind: string;
  readonly categories: readonly Category[];
  readonly what: string;
  readonly from: Evidence['from'];
  readonly at: number;
  /** When it began, ms; the same as `at` when absent. */
  readonly began?: number;
  /** A state that is still true does not age. */
  readonly lasting: boolean;
  readonly quote: string;
  readonly where: string;
  /** The known line that it quotes. */
  readonly known?: KnownLine;
}

export type Rule = (s: Sighting) => Finding | readonly Finding[] | undefined;

export const sighting = (view: ServiceView, server: ServerView | undefined, now: number, world?: World): Sighting => ({
  view,
  server,
  stop: whyStopped(view, server?.gap),
  now,
  ...(world === undefined ? {} : { world }),
});

export const inspectWhere = (s: Sighting): string => `inspect ${s.view.service.instance?.slice(0, 12) ?? s.view.service.name}`;
export const logWhere = (s: Sighting): string => `log ${s.view.service.name}`;
export const usageWhere = (s: Sighting): string => `usage of ${s.view.service.name}`;
