import { displaySafe } from '../base/safeText.ts';
import { filled, type Recognised, rowOf } from '../diagnose/knownPatterns.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { Category, Evidence, Issue } from '../model/issue.ts';
import { wayBack } from './changeText.ts';

/** The known line that weighs most in an issue; with `category`, only of a row of that category. */
export function knownOf(issue: Issue, category?: Category): Recognised | undefined {
  const found = issue.evidence.flatMap(({ known, weight }) => {
    const row = known === undefined ? undefined : rowOf(known);
    return known === undefined || row === undefined || (category ?? row.category) !== row.category ? [] : [{ row, values: known, weight }];
  });
  return found.toSorted((a, b) => b.weight - a.weight)[0];
}

/** Evidence that tells by itself what is wrong between two services, and what to do about it. */
const steps: Readonly<Record<string, string>> = {
  'config.port': 'Correct the port in its settings or its environment, and recreate it',
  'peer.down': 'See in the log of its peer whether it has opened its port, and on which address',
  'slow.probe': 'Look at what it waits for itself: what it needs, its processor, its locks',
  'net.detached': 'Put both into one network: name it under networks in the compose file, or use docker network connect',
};

/** The finding about a peer that an issue rests on. */
export const aboutPeer = (issue: Issue): Evidence | undefined => issue.evidence.find(piece => Object.hasOwn(steps, piece.kind));

/** Flapping has no cause of its own: what differs between its good and its bad times has. */
function betweenTimes(view: ServiceView | undefined): string {
  const output = view?.facts?.health === 'unhealthy' ? displaySafe(view.facts.healthLast?.output ?? '', 80) : '';
  const check = view?.facts?.hasHealthcheck === true ? [`the answers of its health check${output === '' ? '' : ` (now "${output}")`}`] : [];
  const exits = [...new Set((view?.deaths ?? []).slice(-8).flatMap(({ exit }) => exit ?? []))];
  const deaths = exits.length === 0 ? [] : [`its exit codes (${exits.join(', ')})`];
  return `Look at what changes between: ${[...check, ...deaths, 'its log', 'its load', 'what it needs'].join(', ')}.`;
}

/** What a person does next about an issue, on one line; `undefined` where nothing tells. Plain text, not yet escaped for a sink. */
export function nextStep(issue: Issue, world?: World): string | undefined {
  const view = issue.service === undefined ? undefined : world?.services.get(issue.service);
  if (issue.category === 'bad_change' && view?.deploy !== undefined) return wayBack(view.service, view.deploy);
  if (issue.category === 'flapping') return displaySafe(betweenTimes(view), 300);
  const peer = aboutPeer(issue);
  if (peer !== undefined) return displaySafe(`${steps[peer.kind]}: ${peer.what}.`, 300);
  const known = knownOf(issue, issue.category) ?? knownOf(issue);
  return known === undefined ? undefined : displaySafe(filled(known.row.advice, known.values), 300);
}
