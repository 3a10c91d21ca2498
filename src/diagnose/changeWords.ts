import { displaySafe } from '../base/safeText.ts';
import type { Change } from '../model/change.ts';

const arrow = (from = 'none', to = 'none'): string => `${from} -> ${to}`;
const fate = ({ from, to }: Change): string => (from === to ? 'changed' : from === undefined ? 'added' : 'removed');

const words: Record<Change['what'], (change: Change) => string> = {
  image: ({ from, to }) => `image ${arrow(from, to)}`,
  env: change => `setting ${change.name} ${fate(change)}`,
  command: () => 'command changed',
  mounts: change => `mount ${change.name} ${fate(change)}`,
  networks: change => `network ${change.name} ${fate(change)}`,
  limits: ({ name, from, to }) => `limit of ${name} ${arrow(from, to)}`,
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
