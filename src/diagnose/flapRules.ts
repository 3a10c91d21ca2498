import type { Death } from '../model/death.ts';
import { flapSlot, flapSlots } from '../model/flaps.ts';
import { isLooping, loopDeaths, loopWindow } from './deathRules.ts';
import type { Finding, Rule, Sighting } from './finding.ts';
import { flapChanges, flapPercent, passed } from './flapping.ts';
import type { ServiceView, World } from './world.ts';

const ringSpan = flapSlots * flapSlot;

/** Deaths that nobody meant within the time of the ring, oldest first. */
const ownDeaths = ({ deaths, service }: ServiceView, now: number): readonly Death[] =>
  deaths.filter(
    ({ intended, at, instance }) => !intended && now - at <= ringSpan && (service.kind === 'unit' || instance === service.instance),
  );

/** It dies so often that it was a loop, now or a while ago: near the limit it would be one thing after a death and another before the next. */
function looped(view: ServiceView, own: readonly Death[], now: number): boolean {
  const close = own.some(({ at }, i) => at - (own[i - loopDeaths + 1]?.at ?? Number.NEGATIVE_INFINITY) <= loopWindow);
  return close || isLooping(view, now);
}

/**
 * Dies by itself in the same way each time, and its policy starts it again each time: that is one trouble with a cause of its own, however
 * long its runs are. Somebody else who starts it again leaves no mark in the engine's count.
 */
function isPolicyLoop({ facts }: ServiceView, own: readonly Death[]): boolean {
  if (facts === undefined || facts.restartPolicy.name === 'no' || own.length < 2) return false;
  return facts.restartCount >= own.length - 1 && new Set(own.map(({ exit }) => exit)).size === 1;
}

function isCrashing(view: ServiceView, now: number): boolean {
  const own = ownDeaths(view, now);
  return looped(view, own, now) || isPolicyLoop(view, own);
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
  if (!flapping || isCrashing(view, now) || isLedOn(view, world, now)) return undefined;
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
