import { displaySafe } from '../base/safeText.ts';
import type { LifecycleEvent } from '../model/observation.ts';

const words: Readonly<Record<LifecycleEvent, string>> = {
  create: 'was created',
  start: 'started',
  restart: 'was restarted',
  kill: 'was sent a signal',
  stop: 'was stopped',
  die: 'died',
  oom: 'ran out of memory',
  health: 'changed health',
  pause: 'was paused',
  unpause: 'was resumed',
  rename: 'was renamed',
  update: 'got new limits',
  destroy: 'was removed',
};

/** One event on one line: "web died (exit 137)", "web was sent signal 9". Control characters of the name are gone. */
export function eventText(name: string, event: LifecycleEvent, extra: { readonly exit?: number; readonly signal?: number } = {}): string {
  const subject = displaySafe(name, 80);
  if (event === 'kill' && extra.signal !== undefined) return `${subject} was sent signal ${extra.signal}`;
  const exit = event === 'die' && extra.exit !== undefined ? ` (exit ${extra.exit})` : '';
  return `${subject} ${words[event]}${exit}`;
}
