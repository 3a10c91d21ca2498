import { appendBounded } from '../base/bounded.ts';
import type { PeerProbe } from '../model/probe.ts';
import type { Of } from './seeInventory.ts';
import type { ServiceView } from './world.ts';

const probeCap = 8;

/** An answer of the health check URL; one of an earlier instance says nothing. */
export function withProbe(view: ServiceView, { instance, at, ok, ms, status, why }: Of<'probe'>): ServiceView {
  if (instance !== view.service.instance) return view;
  const probe = { instance, at, ok, ms, ...(status === undefined ? {} : { status }), ...(why === undefined ? {} : { why }) };
  const own = (view.probes ?? []).filter(old => old.instance === instance);
  return { ...view, probes: appendBounded(own, probe, probeCap) };
}

/** A round of questions to a peer, kept with both. */
export const withPeerProbe = (view: ServiceView, probe: PeerProbe): ServiceView => ({
  ...view,
  peerProbes: appendBounded(view.peerProbes ?? [], probe, probeCap),
});
