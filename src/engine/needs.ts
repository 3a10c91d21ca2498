import type { Log } from '../base/log.ts';
import type { Clock } from '../base/time.ts';
import type { Settings } from '../model/settings.ts';
import type { Memory } from '../remember/memory.ts';
import type { ServerLink } from './port.ts';

/** What an engine is handed by its door. */
export interface EngineNeeds {
  /** Makes the links of the servers that the settings name; it never rejects. */
  readonly links: (settings: Settings) => Promise<readonly ServerLink[]>;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Settings;
  /** Absolute paths of the workspace's folders. */
  readonly folders: readonly string[];
  /** Whether effects are possible here at all. */
  readonly trusted: () => boolean;
  readonly newId: () => string;
}
