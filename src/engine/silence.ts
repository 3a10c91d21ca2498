import { quietAbout } from '../decide/quiet.ts';
import type { Attention } from '../model/attention.ts';
import type { TimelineEntry } from '../model/incident.ts';

/** An issue that opens while somebody wanted quiet: the silence is a decision too, and is written down. */
export function silence(entry: TimelineEntry, attention: Attention, now: number): readonly TimelineEntry[] {
  if (entry.kind !== 'diagnosed' || entry.change !== 'opened' || entry.service === undefined) return [];
  const quiet = quietAbout(attention, entry.service, now);
  if (quiet === undefined) return [];
  const { id, at, plusMinus, server, service } = entry;
  return [
    { id: `${id}:quiet`, at, plusMinus, server, service, actor: 'dozor', kind: 'decided', detail: 'stay quiet', because: quiet.reason },
  ];
}
