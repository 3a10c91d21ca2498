import type { Escalation, Hypothesis } from '../model/incident.ts';
import type { Band, Category } from '../model/issue.ts';

const byBand: Readonly<Record<Band, Escalation['to']>> = { high: 'fixable', medium: 'deeper', low: 'ask' };

/** Somebody's doing, or nothing that an action here could cure: only a person decides. */
const forPeople: Readonly<Partial<Record<Category, string>>> = {
  operator_action: 'a person stopped it, so only a person starts it again',
  unreachable: 'nothing can be done on a server that is out of sight',
};

/**
 * What the confidence in the likeliest cause allows. High may be fixed, medium is looked at more deeply, low asks a person; so does
 * what was looked at deeply (`deeper`) and is not sure still, or where that look could not see all. Undefined without a hypothesis.
 */
export function escalationOf(
  hypotheses: readonly Hypothesis[],
  deeper: { readonly notSeen: readonly string[] } | undefined,
): Escalation | undefined {
  const [top] = hypotheses;
  if (top === undefined) return undefined;
  const sure = `${Math.round(top.confidence * 100)} % sure of ${top.category}`;
  const people = forPeople[top.category];
  if (people !== undefined) return { to: 'ask', because: `${sure}; ${people}` };
  const to = byBand[top.band];
  if (deeper === undefined || to === 'ask') return { to, because: sure };
  if (to === 'deeper') return { to: 'ask', because: `${sure}, also after a deeper look` };
  if (deeper.notSeen.length > 0) return { to: 'ask', because: `${sure}, but not everything could be looked at` };
  return { to, because: sure };
}
