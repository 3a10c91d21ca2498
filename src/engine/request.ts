import { passGate } from '../act/gate.ts';
import { outcomeText } from '../act/message.ts';
import { reasonOf } from '../base/log.ts';
import { devMode, exclusionOf } from '../decide/devMode.ts';
import { type Verdict, verdict } from '../decide/policy.ts';
import type { World } from '../diagnose/world.ts';
import type { Action, Asker, Basis, Outcome, Verb } from '../model/action.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { Observation } from '../model/observation.ts';
import type { Facts, Service, ServiceId } from '../model/service.ts';
import type { AttentionKeeper } from './attention.ts';
import type { Links } from './links.ts';
import type { EngineNeeds } from './needs.ts';
import type { Confirm, Proposal, ServerLink, Target } from './port.ts';

export interface Wish {
  readonly verb: Verb;
  readonly service: ServiceId;
  readonly askedBy: Asker;
  readonly because: string;
}

export interface RequestNeeds extends Pick<EngineNeeds, 'clock' | 'memory' | 'trusted' | 'newId'> {
  readonly links: Links;
  readonly attention: AttentionKeeper;
  readonly world: () => World;
  readonly emit: (seen: Observation) => void;
  readonly write: (entry: TimelineEntry) => void;
}

/** Files a proposal and sends it through the gate; whatever comes of it stands in the timeline. Never rejects. */
export async function request(wish: Wish, confirm: Confirm, signal: AbortSignal, needs: RequestNeeds): Promise<Outcome> {
  const view = needs.world().services.get(wish.service);
  if (view === undefined) return { ok: false, why: 'refused', because: `there is no service ${wish.service}` };
  if (view.facts === undefined) return { ok: false, why: 'refused', because: 'it was not looked at yet; try again in a moment' };
  const aim = aimAt(wish.service, needs);
  if (typeof aim === 'string') return { ok: false, why: 'refused', because: aim };
  const { link, target } = aim;
  const action: Action = { ...wish, server: view.service.server, basis: basisOf(view.facts) };
  const proposal = proposalOf(action, view.service, link, needs);
  const outcome = await passGate(
    action,
    {
      clock: needs.clock,
      ledger: needs.memory,
      newId: needs.newId,
      policy: () => policyOf(wish, needs),
      confirm: () => confirm(proposal),
      look: stop => lookAt(link, target, needs, stop),
      perform: (act, stop) => link.perform(act, stop),
    },
    signal,
  );
  needs.write(actedEntry(action, view.service, outcome, needs));
  return outcome;
}

function aimAt(service: ServiceId, needs: RequestNeeds): { link: ServerLink; target: Target } | string {
  try {
    return needs.links.target(service, needs.world());
  } catch (error) {
    return reasonOf(error);
  }
}

const basisOf = (facts: Facts): Basis => ({
  instance: facts.instance,
  state: facts.state,
  startedExact: facts.startedExact,
  imageId: facts.imageId,
});

function proposalOf(action: Action, service: Service, link: ServerLink, needs: RequestNeeds): Proposal {
  const project = service.project === undefined ? {} : { project: service.project };
  const on = devMode(needs.attention.get(), needs.clock.now()) !== undefined;
  return { action, serverLabel: link.server.label, serviceName: service.containerName, ...project, devMode: on };
}

function policyOf(wish: Wish, needs: RequestNeeds): Verdict {
  const [now, attention, view] = [needs.clock.now(), needs.attention.get(), needs.world().services.get(wish.service)];
  return verdict({
    verb: wish.verb,
    askedBy: wish.askedBy,
    trusted: needs.trusted(),
    enabled: view?.service.enabled ?? false,
    devMode: devMode(attention, now) !== undefined,
    excluded: exclusionOf(attention, wish.service, now) !== undefined,
    serverInSight: view !== undefined && needs.world().servers.get(view.service.server)?.sight === 'clear',
  });
}

async function lookAt(link: ServerLink, target: Target, needs: RequestNeeds, signal: AbortSignal): Promise<Basis | undefined> {
  const seen = await link.look(target, 'inspect', signal);
  for (const each of seen) needs.emit(each);
  const facts = seen.find(each => each.kind === 'inspected')?.facts;
  return facts === undefined ? undefined : basisOf(facts);
}

function actedEntry(action: Action, service: Service, outcome: Outcome, needs: RequestNeeds): TimelineEntry {
  const done = outcome.ok ? 'done' : outcome.why;
  const at = needs.clock.now();
  return {
    id: `act:${service.id}:${action.verb}:${needs.newId()}`,
    at,
    plusMinus: 0,
    actor: action.askedBy === 'model' || action.askedBy === 'person' ? action.askedBy : 'dozor',
    server: service.server,
    service: service.id,
    kind: 'acted',
    verb: action.verb,
    outcome: done,
    detail: outcomeText(action.verb, service.name, outcome),
  };
}
