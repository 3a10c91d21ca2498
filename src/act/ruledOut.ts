import { whyStopped } from '../diagnose/death.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { CheckResult, Subject } from './investigation.ts';

/** What a death was not, where events or inspect say so. */
function deathsNot(view: ServiceView, gap: readonly [number, number] | undefined): string[] {
  const stop = whyStopped(view, gap);
  const died = stop.kind === 'crash' || stop.kind === 'oom';
  if (!died || view.facts === undefined) return [];
  // Only who saw its end would have seen a kill before it.
  const saw = view.moments.some(({ event, inferred, instance }) => event === 'die' && !inferred && instance === view.service.instance);
  const byHand = stop.inferred || !saw ? [] : ['not stopped by hand: no kill or stop came before its end'];
  const memory = view.facts.oomKilled || stop.kind === 'oom' ? [] : ['not killed for memory: the engine did not mark it so'];
  return [...byHand, ...memory];
}

/** Causes that what was seen speaks against; nothing is ruled out by what could not be seen. */
export function ruledOutOf({ view, world }: Subject, checks: readonly CheckResult[]): string[] {
  const server = world.servers.get(view.service.server);
  const deaths = server?.sight === 'clear' && view.unseen === undefined ? deathsNot(view, server.gap) : [];
  return [...deaths, ...checks.flatMap(check => (check.status === 'error' ? [] : (check.ruledOut ?? [])))];
}
