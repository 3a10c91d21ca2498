import { reasonOf } from '../base/log.ts';
import type { Clock } from '../base/time.ts';
import type { Overall } from '../diagnose/report.ts';
import type { Issue } from '../model/issue.ts';
import {
  type Check,
  type CheckAnswer,
  type CheckName,
  type CheckResult,
  checkNames,
  type Investigation,
  type InvestigationNeeds,
  type Progress,
  type Subject,
} from './investigation.ts';
import { ruledOutOf } from './ruledOut.ts';

/** ms for one check, and for all of them with the look before. */
const checkLimit = 5000;
const wholeLimit = 20_000;

/** Rejects when the signal aborts: what does not listen to its signal is not waited for. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

/** Runs `work` until it ends, its time is over or `parent` aborts; rejects with the reason. */
async function within<T>(clock: Clock, ms: number, parent: AbortSignal, work: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
  const own = new AbortController();
  const timer = clock.after(ms, () => own.abort(new Error(`no answer within ${ms / 1000} s`)));
  const signal = AbortSignal.any([parent, own.signal]);
  try {
    const run = async (): Promise<T> => work(signal);
    return await Promise.race([aborted(signal), run()]);
  } finally {
    timer.dispose();
    own.abort();
  }
}

/**
 * Read-only checks of one service, side by side: 5 s each, 20 s in all with the look before. A check that fails is told as not seen and
 * spoils no other. Rejects only where the service is not known; a cancelled one gives what it had.
 */
export async function investigate(
  checks: Readonly<Record<CheckName, Check>>,
  needs: InvestigationNeeds,
  signal: AbortSignal,
  progress?: Progress,
): Promise<Investigation> {
  const whole = new AbortController();
  const { clock } = needs;
  const timer = clock.after(wholeLimit, () => whole.abort(new Error(`the ${wholeLimit / 1000} s for all checks were over`)));
  const both = AbortSignal.any([signal, whole.signal]);
  try {
    const blind = await within(clock, wholeLimit - checkLimit, both, inner => needs.prepare(inner)).then(() => undefined, reasonOf);
    const subject = needs.subject();
    const one = (check: CheckName) => runCheck(check, checks[check], subject, needs, both, signal);
    let done = 0;
    const results = checkNames.map(async check => {
      const result = await one(check);
      progress?.(result, ++done, checkNames.length);
      return result;
    });
    const ended = await Promise.all(results);
    return concluded(latest(needs, subject), ended, blind, signal.aborted);
  } finally {
    timer.dispose();
  }
}

/** What the checks saw may have changed the belief; a service that went meanwhile is told as it was. */
function latest(needs: InvestigationNeeds, before: Subject): Subject {
  try {
    return needs.subject();
  } catch {
    return before;
  }
}

async function runCheck(
  name: CheckName,
  check: Check,
  subject: Subject,
  needs: InvestigationNeeds,
  both: AbortSignal,
  cancel: AbortSignal,
): Promise<CheckResult> {
  const began = needs.clock.steady();
  const timed = (answer: CheckAnswer): CheckResult => ({ ...answer, check: name, ms: Math.round(needs.clock.steady() - began) });
  try {
    return timed(await within(needs.clock, checkLimit, both, signal => check(subject, needs, signal)));
  } catch (error) {
    const nothing = { interesting: false, findings: [] };
    return timed(
      cancel.aborted ? { ...nothing, status: 'skipped', why: 'cancelled' } : { ...nothing, status: 'error', why: reasonOf(error) },
    );
  }
}

/** What is remembered or measured may be missing; without the others nothing can be called healthy. */
const optional: ReadonlySet<CheckName> = new Set(['usage', 'memory']);

function concluded(subject: Subject, checks: readonly CheckResult[], blind: string | undefined, cancelled: boolean): Investigation {
  const failed = checks.filter(({ status, why }) => status === 'error' || why === 'cancelled');
  const late = blind === undefined ? [] : [`a fresh look: ${blind}`];
  const notSeen = [...late, ...failed.map(({ check, why }) => `${check}: ${why ?? 'no reason known'}`)];
  const partly = blind !== undefined || failed.some(({ check }) => !optional.has(check));
  return { ...subject, health: healthOf(subject.issues, partly), checks, ruledOut: ruledOutOf(subject, checks), notSeen, cancelled };
}

function healthOf(issues: readonly Issue[], partly: boolean): Overall {
  if (issues.some(issue => issue.severity === 'critical')) return 'critical';
  if (issues.some(issue => issue.severity !== 'info')) return 'degraded';
  return partly ? 'unknown' : 'healthy';
}
