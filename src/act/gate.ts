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
  try {
    const doubt = refusal(needs) ?? (await consent(needs)) ?? refusal(needs) ?? (await lookAgain(action, needs, signal));
    if (doubt !== undefined) return refused(doubt);
  } catch (error) {
    return refused(`it could not be decided (${reasonOf(error)}); nothing was changed`);
  }
  return act(action, needs, signal);
}

function refusal(needs: GateNeeds): string | undefined {
  const verdict = needs.policy();
  return verdict.kind === 'refuse' ? verdict.because : undefined;
}

async function consent(needs: GateNeeds): Promise<string | undefined> {
  const asked = needs.clock.steady();
  if (!(await needs.confirm())) return 'not confirmed';
  return needs.clock.steady() - asked > approvalLife ? 'the approval came after more than 10 min; ask again' : undefined;
}

async function lookAgain(action: Action, needs: GateNeeds, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return 'cancelled';
  try {
    const now = await needs.look(signal);
    if (signal.aborted) return 'cancelled';
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
function difference(then: Basis, now: Basis): string | undefined {
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
  const outcome = await performed(action, needs, signal);
  try {
    needs.ledger.outcome(id, needs.clock.now(), outcome);
    return outcome;
  } catch (error) {
    return unwritten(outcome, `its outcome could not be written (${reasonOf(error)})`);
  }
}

/** Whatever is thrown on the way there, it may have happened. */
async function performed(action: Action, needs: GateNeeds, signal: AbortSignal): Promise<Outcome> {
  try {
    return await needs.perform(action, signal);
  } catch (error) {
    return { ok: false, why: 'unknown', because: reasonOf(error) };
  }
}

const unwritten = (outcome: Outcome, note: string): Outcome =>
  outcome.ok ? { ...outcome, text: `${outcome.text}; ${note}` } : { ...outcome, because: `${outcome.because}; ${note}` };
