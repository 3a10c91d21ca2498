import type { Log } from '../base/log.ts';
import type { Clock } from '../base/time.ts';
import type { Engine } from '../engine/port.ts';
import type { Documents } from './documents.ts';
import type { GroupDocuments } from './groupDocuments.ts';
import type { Investigations } from './investigations.ts';
import type { LogDocuments } from './logDocuments.ts';
import type { ServicesTree } from './servicesTree.ts';
import type { SettingsFace } from './settings.ts';

/** What commands work with. */
export interface Deck {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: SettingsFace;
  readonly tree: ServicesTree;
  readonly documents: Documents;
  readonly logs: LogDocuments;
  readonly investigations: Investigations;
  readonly groups: GroupDocuments;
  /** Brings Dozor's own log to the front. */
  readonly showOutput: () => void;
}

/** Menus hand over the clicked item and, with several selected, all of them; the palette hands over nothing. */
export type Handler = (item: unknown, items: unknown) => unknown;
export type Commands = Readonly<Record<string, Handler>>;

/** What a person did that cannot work, with the next step in it. Shown as it is, without a stack. */
export class Advice extends Error {}
