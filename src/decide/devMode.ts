import { type AskedBy, type Attention, type Lease, longestLease } from '../model/attention.ts';
import type { ServiceId } from '../model/service.ts';

export interface LeaseWish {
  readonly scope: 'all' | ServiceId;
  readonly by: AskedBy;
  readonly reason: string;
  readonly until: number;
}

/** The leases still in force. */
export function current(attention: Attention, now: number): Attention {
  const leases = attention.leases.filter(lease => lease.until > now);
  return leases.length === attention.leases.length ? attention : { leases };
}

/** Dev mode, when on: of several leases over everything the one that ends last. */
export function devMode(attention: Attention, now: number): Lease | undefined {
  return latest(attention.leases.filter(lease => lease.scope === 'all' && lease.until > now));
}

/** Why a service is left out: its own lease. */
export function exclusionOf(attention: Attention, service: ServiceId, now: number): Lease | undefined {
  return latest(attention.leases.filter(lease => lease.scope === service && lease.until > now));
}

const latest = (leases: readonly Lease[]): Lease | undefined => leases.toSorted((a, b) => b.until - a.until)[0];

/** Adds a lease; one of the same scope and asker is replaced. Its end is capped by who asks and lies in the future. */
export function withLease(attention: Attention, wish: LeaseWish, now: number): { attention: Attention; lease: Lease } {
  const cap = now + longestLease[wish.by] * 3_600_000;
  const wished = Number.isNaN(wish.until) ? now : wish.until;
  const until = Math.min(Math.max(wished, now + 1000), cap);
  const lease: Lease = {
    id: `${wish.by}:${wish.scope}:${now}`,
    scope: wish.scope,
    by: wish.by,
    reason: wish.reason.slice(0, 200),
    since: now,
    until,
  };
  const others = current(attention, now).leases.filter(old => old.scope !== wish.scope || old.by !== wish.by);
  return { attention: { leases: [...others, lease] }, lease };
}

/** Ends the leases of a scope. A person ends all; a model or a build only its own kind. */
export function withoutLease(
  attention: Attention,
  scope: 'all' | ServiceId,
  by: AskedBy,
  now: number,
): { attention: Attention; ended: number } {
  const kept = current(attention, now).leases.filter(lease => lease.scope !== scope || (by !== 'person' && lease.by !== by));
  return { attention: { leases: kept }, ended: current(attention, now).leases.length - kept.length };
}

/** When the next lease ends, ms; undefined when none runs. */
export function nextEnd(attention: Attention, now: number): number | undefined {
  const ends = current(attention, now).leases.map(lease => lease.until);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
