import { flapSlot, flapSlots } from '../model/flaps.ts';
import { isLooping } from './deathRules.ts';
import type { Finding, Rule, Sighting } from './finding.ts';
import { flapChanges, flapPercent, passed } from './flapping.ts';
import type { ServiceView, World } from './world.ts';

const ringSpan = flapSlots * flapSlot;

/**
 * Dies by itself in the same way each time, and its policy starts it again each time: that is one trouble with a cause of its own, however
 * long its runs are. Somebody else who starts it again leaves no mark in the engine's count.
 */
function isPolicyLoop({ facts, deaths, service }: ServiceView, now: number): boolean {
  const own = deaths.filter(
    death => !death.intended && now - death.at <= ringSpan && (service.kind === 'unit' || death.instance === service.instance),
  );
  if (facts === undefined || facts.restartPolicy.name === 'no' || own.length < 2) return false;
  return facts.restartCount >= own.length - 1 && new Set(own.map(({ exit }) => exit)).size === 1;
}

/** What needs something that does not run, or that goes up and down itself, cannot be judged. */
function isLedOn({ service }: ServiceView, world: World | undefined, now: number): boolean {
  return service.dependsOn.some(id => {
    const need = service.waitsForEnd.includes(id) ? undefined : world?.services.get(id);
    if (need === undefined) return false;
    const { state } = need.service;
    return (state !== 'running' && state !== 'starting') || need.facts?.health === 'unhealthy' || isFlapping(need, now);
  });
}

const isFlapping = ({ flaps }: ServiceView, now: number): boolean => flaps !== undefined && passed(flaps, now).flapping;

const restless: ReadonlySet<Sighting['stop']['kind']> = new Set(['running', 'crash', 'oom', 'start-error']);

/** It goes up and down, and nothing that it needs and no loop of its restart policy explains that. */
function flapFinding({ view, stop, now, world }: Sighting): Finding | undefined {
  if (view.flaps === undefined || !restless.has(stop.kind)) return undefined;
  const { states, flapping } = passed(view.flaps, now);
  if (!flapping || isLooping(view, now) || isPolicyLoop(view, now) || isLedOn(view, world, now)) return undefined;
  const changes = flapChanges(states);
  const slots =
    flapSlots -
    Math.max(
      1,
      states.findIndex((state, i) => i > 0 && state !== states[i - 1]),
    );
  const minutes = Math.ceil((slots * flapSlot) / 60_000);
  return {
    kind: 'flap.percent',
    categories: ['flapping'],
    what: `it went up and down: ${changes} changes in ${minutes} min`,
    from: 'inspect',
    at: now,
    began: now - slots * flapSlot,
    lasting: true,
    quote: `${changes} changes in ${minutes} min, ${Math.round(flapPercent(states))} % by weight`,
    where: `states of ${view.service.name}`,
  };
}

export const flapRules: readonly Rule[] = [flapFinding];
