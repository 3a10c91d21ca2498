import { displaySafe } from '../base/safeText.ts';
import type { Change } from '../model/change.ts';

const mebi = (bytes: string | undefined): string => {
  const count = Number(bytes);
  return Number.isFinite(count) ? `${Math.round(count / 1_048_576)} MiB` : 'none';
};
const arrow = (from: string | undefined, to: string | undefined): string => `${from ?? '?'} -> ${to ?? '?'}`;
/** "added", "removed" or "changed". */
const fate = ({ from, to }: Change): string => (from === 'none' ? 'added' : to === 'none' ? 'removed' : 'changed');

const words: Record<Change['what'], (change: Change) => string> = {
  image: ({ from, to }) => `image ${arrow(from, to)}`,
  env: change => `setting ${change.name} ${fate(change)}`,
  command: () => 'command changed',
  mounts: change => `mount ${change.name} ${fate(change)}`,
  networks: change => `network ${change.name} ${fate(change)}`,
  limits: ({ name, from, to }) => `limit of ${name} ${name === 'memory' ? arrow(mebi(from), mebi(to)) : arrow(from, to)}`,
  compose: () => 'its definition in compose changed',
};

/** "image bb:1 -> bb:2", "setting DATABASE_URL changed"; free of control characters, at most 160. */
export const changeText = (change: Change): string => displaySafe(words[change.what](change), 160);

const most = 3;

/** The first three changes, and how many more there are. */
export function changesText(changes: readonly Change[]): string {
  const shown = changes.slice(0, most).map(changeText).join(', ');
  return changes.length > most ? `${shown} and ${changes.length - most} more` : shown;
}
