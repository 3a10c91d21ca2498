import { displaySafe } from '../base/safeText.ts';
import type { CheckAnswer, Subject } from './investigation.ts';

/** Most lines of one kind that a check tells. */
export const most = 8;

const nothing = { interesting: false, findings: [] } as const;
export const failed = (why: string): CheckAnswer => ({ ...nothing, status: 'error', why: displaySafe(why, 300) });
export const skipped = (why: string): CheckAnswer => ({ ...nothing, status: 'skipped', why: displaySafe(why, 300) });
export const noData = (why: string): CheckAnswer => ({ ...nothing, status: 'no-data', why: displaySafe(why, 300) });

/** Why this service cannot be judged now; undefined when it was looked at. */
export function blindness({ view, world }: Subject): string | undefined {
  const server = world.servers.get(view.service.server);
  if (server?.sight !== 'clear') return server?.loss?.text ?? 'its server was not looked at yet';
  return view.unseen ?? (view.facts === undefined ? 'it was not inspected yet' : undefined);
}
