import { reasonOf } from '../base/log.ts';
import type { Clock } from '../base/time.ts';
import type { Verdict } from '../decide/policy.ts';
import type { Action, Basis, Outcome } from '../model/action.ts';

/** The book of intents and outcomes: an intent is written before anything happens. */
export interface Ledger {
  intent(row: { readonly id: string; readonly at: number; readonly action: Action }): void;
  outcome(id: string, at: number, outcome: Outcome): void;
}

export interface GateNeeds {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** A fresh id, not to be guessed. */
  readonly newId: () => string;
  /** The policy for this action, asked before and after the person's answer: circumstances change meanwhile. */
  readonly policy: () => Verdict;
  /** Asks a person; the dialog is built from the action. */
  readonly confirm: () => Promise<boolean>;
  /** A fresh look at the target; undefined when it is gone. */
  readonly look: (signal: AbortSignal) => Promise<Basis | undefined>;
  readonly perform: (action: Action, signal: AbortSignal) => Promise<Outcome>;
}

/** An approval that waited longer is stale, ms. */
const approvalLife = 10 * 60_000;
const refused = (because: string): Outcome => ({ ok: false, why: 'refused', because });

/**
 * The one way from a proposal to an effect: policy, a person's yes, policy again, a fresh look that equals the evidence, the intent row,
 * the act, the outcome row. Any doubt stops it with the reason. Never rejects.
 */
export async function passGate(action: Action, needs: GateNeeds, signal: AbortSignal): Promise<Outcome> {
  const before = needs.policy();
  if (before.kind === 'refuse') return refused(before.because);
  const asked = needs.clock.steady();
  if (!(await needs.confirm())) return refused('not confirmed');
  if (needs.clock.steady() - asked > approvalLife) return refused('the approval came after more than 10 min; ask again');
  const after = needs.policy();
  if (after.kind === 'refuse') return refused(after.because);
  const doubt = await lookAgain(action, needs, signal);
  return doubt === undefined ? act(action, needs, signal) : refused(doubt);
}

async function lookAgain(action: Action, needs: GateNeeds, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return 'cancelled';
  try {
    const now = await needs.look(signal);
    return now === undefined ? 'it is gone; nothing was changed' : difference(action.basis, now);
  } catch (error) {
    return `it could not be looked at again (${reasonOf(error)}); nothing was changed`;
  }
}

const compared: readonly { readonly field: keyof Basis; readonly text: string }[] = [
  { field: 'instance', text: 'it was recreated meanwhile' },
  { field: 'startedExact', text: 'it was started again meanwhile' },
  { field: 'state', text: 'its state changed meanwhile' },
  { field: 'imageId', text: 'its image changed meanwhile' },
];

/** What differs between the evidence and the present; undefined when nothing does. */
export function difference(then: Basis, now: Basis): string | undefined {
  const changed = compared.find(({ field }) => then[field] !== now[field]);
  return changed === undefined ? undefined : `${changed.text}; look at it and decide again`;
}

async function act(action: Action, needs: GateNeeds, signal: AbortSignal): Promise<Outcome> {
  const id = needs.newId();
  try {
    needs.ledger.intent({ id, at: needs.clock.now(), action });
  } catch (error) {
    return refused(`the intent could not be written (${reasonOf(error)}); nothing was changed`);
  }
  const outcome = await needs
    .perform(action, signal)
    .catch((error: unknown): Outcome => ({ ok: false, why: 'unknown', because: reasonOf(error) }));
  needs.ledger.outcome(id, needs.clock.now(), outcome);
  return outcome;
}
