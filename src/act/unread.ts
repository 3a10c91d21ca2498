import type { ServiceView } from '../diagnose/world.ts';
import { bytes } from './ages.ts';

/** "12,345 lines (1.6 MiB) were not read, they came too fast"; undefined when all of the log was read. */
export function unread({ logs }: Pick<ServiceView, 'logs'>): string | undefined {
  const dropped = logs?.dropped;
  if (dropped === undefined) return undefined;
  const size = bytes(dropped.bytes);
  if (dropped.lines === 1) return `1 line (${size}) was not read, it came too fast`;
  return `${dropped.lines.toLocaleString('en-US')} lines (${size}) were not read, they came too fast`;
}
