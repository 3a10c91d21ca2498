import { z } from 'zod';
import { clockTime, left } from '../act/ages.ts';
import { outcomeText } from '../act/message.ts';
import { nameOf, plural } from '../act/reportDoc.ts';
import { serviceLabel } from '../act/statusLine.ts';
import { displaySafe } from '../base/safeText.ts';
import type { Beliefs } from '../engine/port.ts';
import type { AskedBy, Lease } from '../model/attention.ts';
import { longestLease } from '../model/attention.ts';
import { answer, failure, isView, lookUp } from './answer.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';

const attention = z.strictObject({
  action: z
    .enum(['status', 'on', 'off', 'exclude', 'include'])
    .describe('status: what is on; on/off: dev mode for all; exclude/include: leave one service out of triage, or take it in again.'),
  hours: z.number().positive().max(24).optional().describe('How long; needed for on and exclude. At most 8 when a model asks.'),
  service: z.string().min(1).max(300).optional().describe('Needed for exclude and include: exact id, project/service or unique name.'),
  reason: z.string().max(200).optional().describe('Why, in a few words; people see it.'),
});
type Attention = z.infer<typeof attention>;

const askedBy = (context: ToolContext): AskedBy => (context.askedBy === 'person' ? 'person' : 'model');

function leaseLine(lease: Lease, beliefs: Beliefs): string {
  const what = lease.scope === 'all' ? 'Dev mode' : `Excluded: ${nameOf(lease.scope, beliefs.world)}`;
  const reason = displaySafe(lease.reason, 120);
  return `${what}, ${left(lease.until, beliefs.at)} left, until ${clockTime(lease.until)}, by a ${lease.by}${reason === '' ? '' : ` (${reason})`}.`;
}

function state(beliefs: Beliefs, first?: string): ToolResult {
  const leases = beliefs.attention.leases.filter(lease => lease.until > beliefs.at);
  const on = leases.some(lease => lease.scope === 'all');
  const head = [
    first ?? `Dev mode is ${on ? 'on' : 'off'}; ${plural(leases.filter(lease => lease.scope !== 'all').length, 'service')} excluded.`,
  ];
  return answer({ head: [...head, ...leases.map(lease => leaseLine(lease, beliefs))], data: [], next: 'nothing' }, { devMode: on, leases });
}

/** The scope that an action is about: all, one service, or the answer that says how to name it. */
function scopeOf(input: Attention, beliefs: Beliefs): string | ToolResult {
  if (input.action === 'on' || input.action === 'off') return 'all';
  if (input.service === undefined) return failure(`Action ${input.action} needs a service.`, 'Name one; dozor_list_services lists them.');
  const found = lookUp(beliefs, input.service);
  return isView(found) ? found.service.id : found;
}

function begin(input: Attention, scope: string, context: ToolContext): ToolResult {
  const by = askedBy(context);
  const most = longestLease[by];
  if (input.hours === undefined)
    return failure(`Action ${input.action} needs hours: quiet always has an end.`, `Give hours, at most ${most}.`);
  if (input.hours > most) return failure(`A ${by} can ask for at most ${most} hours.`, 'Give fewer hours.');
  const lease = context.engine.lease({ scope, by, reason: input.reason ?? '', until: context.now() + input.hours * 3_600_000 });
  const beliefs = context.engine.beliefs();
  return state(beliefs, `Done. ${leaseLine(lease, { ...beliefs, at: context.now() })}`);
}

function end(scope: string, context: ToolContext): ToolResult {
  const ended = context.engine.endLease(scope, askedBy(context));
  const beliefs = context.engine.beliefs();
  const kept = beliefs.attention.leases.filter(lease => lease.scope === scope && lease.until > context.now());
  if (ended === 0 && kept.length > 0)
    return failure('It was not ended: a model may end only what a model began.', 'Ask the person to end it in the status bar menu.');
  return state(beliefs, ended === 0 ? 'Nothing to end: it was not on.' : 'Done. It is ended.');
}

const devMode: Tool<typeof attention> = {
  name: 'dozor_dev_mode',
  title: 'Dev Mode',
  description:
    'Turns dev mode on or off (Dozor goes on watching and does nothing by itself), leaves one service out of triage for some hours or takes it ' +
    'in again, or tells what is on. Returns what is on now, with the time left. Use it only when the person says that they are working on ' +
    'services or asks for quiet. Do not use it to hide an issue. An end is mandatory, at most 8 hours when a model asks; a model may end only ' +
    'what a model began; critical states are shown all the same.',
  input: attention,
  effect: 'attention',
  running: ({ action, service }) => `Dev mode: ${action}${service === undefined ? '' : ` ${displaySafe(service, 80)}`}`,
  async run(input, context) {
    await context.engine.ready(context.signal);
    const beliefs = context.engine.beliefs();
    if (input.action === 'status') return state(beliefs);
    const scope = scopeOf(input, beliefs);
    if (typeof scope !== 'string') return scope;
    return input.action === 'on' || input.action === 'exclude' ? begin(input, scope, context) : end(scope, context);
  },
};

const restartInput = z.strictObject({
  service: z.string().min(1).max(300).describe('Exact id, project/service or unique name.'),
  because: z.string().min(3).max(200).describe('Why a restart helps, in a few words; the person who decides sees it.'),
});

const restart: Tool<typeof restartInput> = {
  name: 'dozor_restart',
  title: 'Restart Service',
  description:
    'Proposes to restart one service; a person is asked each time and decides. Returns whether it was done, and how long it took. Use it only ' +
    'when the person asked for a restart or agreed to it. Do not use it for a restart loop (the engine restarts it already), for a finished ' +
    'job, for what a person stopped, or to try things out. What processes hold in memory is lost. If the answer is needs-approval, do not call again.',
  input: restartInput,
  effect: 'reversible',
  running: ({ service }) => `Asking to restart ${displaySafe(service, 80)}`,
  async run({ service, because }, context) {
    await context.engine.ready(context.signal);
    const view = lookUp(context.engine.beliefs(), service);
    if (!isView(view)) return view;
    let denied = false;
    const confirm: ToolContext['confirm'] = async proposal => {
      const yes = await context.confirm(proposal);
      denied = !yes;
      return yes;
    };
    const wish = { verb: 'restart', service: view.service.id, askedBy: context.askedBy, because } as const;
    const outcome = await context.engine.request(wish, confirm, context.signal);
    if (denied) return notApproved(serviceLabel(view.service));
    const text = outcomeText('restart', serviceLabel(view.service), outcome);
    if (outcome.ok) return { status: 'ok', text: `${text} Call dozor_triage in a minute to see whether it helped.`, data: outcome };
    return { status: 'error', text: `${text} Call dozor_inspect to look at it again; do not repeat the same call.`, data: outcome };
  },
};

const notApproved = (name: string): ToolResult => ({
  status: 'needs-approval',
  text: `Not done: no person approved the restart of ${name}. Tell the person what you propose and why; do not call again unless they ask.`,
});

export const changeTools: readonly Tool[] = [devMode, restart];
