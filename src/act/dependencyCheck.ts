import { displaySafe } from '../base/safeText.ts';
import { cycles, needsIn } from '../diagnose/dependencies.ts';
import { saidNeedsIn } from '../diagnose/namedPeers.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import { isUp, type PeerAnswer, type PeerRound } from '../model/probe.ts';
import type { ServiceId } from '../model/service.ts';
import { failed, most, skipped } from './answers.ts';
import type { Check, Found, Subject } from './investigation.ts';
import { nameOf } from './reportDoc.ts';
import { statusLine } from './statusLine.ts';

const isSeen = (id: ServiceId, world: World): boolean => world.servers.get(world.services.get(id)?.service.server ?? '')?.sight === 'clear';

const runs = (view: ServiceView | undefined): boolean => view?.service.state === 'running' && view.facts?.health !== 'unhealthy';

/** A need is met by running, or by having ended well where its end is what is waited for. */
function isMet(need: ServiceId, { view, world }: Subject): boolean {
  const other = world.services.get(need);
  const ended = other?.service.state === 'exited' && other.facts?.exitCode === 0;
  return view.service.waitsForEnd.includes(need) ? ended : runs(other) || (other?.awaited === true && ended);
}

function standing(id: ServiceId, world: World, now: number): string {
  const view = world.services.get(id);
  const text = view === undefined ? 'is named and not there' : statusLine(view, world.servers.get(view.service.server), now);
  return `${nameOf(id, world)}: ${text}`;
}

const words: Readonly<Record<PeerAnswer['outcome'], (ms: number) => string>> = {
  open: ms => `takes connections (${ms} ms)`,
  answers: ms => `answers after ${ms} ms`,
  silent: ms => `takes connections and says nothing within ${ms} ms`,
  refused: () => 'refuses the connection',
  unreached: () => 'could not be reached from this machine',
};

const slowMs = 1000;
const late = ({ outcome, ms }: PeerAnswer): boolean => outcome === 'silent' || (outcome === 'answers' && ms > slowMs);
const list = (answers: readonly PeerAnswer[]): string => answers.map(({ port }) => port).join(' and ');

/** What one round of questions comes to. */
interface Told {
  readonly finding?: Found;
  readonly trouble: boolean;
  readonly next?: string;
  readonly clear?: string;
}

function toldOf({ peer, told }: PeerRound, world: World, self: ServiceId): Told {
  const own = peer === self && typeof told !== 'string';
  const name = own ? `it as ${nameOf(told.dependant, world)} does` : nameOf(peer, world);
  if (typeof told === 'string') return { trouble: false, finding: { text: `${name} was not asked: ${displaySafe(told, 160)}` } };
  const { answers, named } = told;
  const open = answers.filter(isUp);
  const called = answers.find(({ port }) => port === named);
  const text = `asked ${name}: ${answers.map(({ port, outcome, ms }) => `port ${port} ${words[outcome](ms)}`).join(', ')}`;
  const clear = own || open.length === 0 || open.some(late) ? {} : { clear: `not ${name}: it takes connections on port ${list(open)}` };
  if (called?.outcome === 'refused' && open.length > 0) {
    const found = `${text}; it listens on ${list(open)}, the errors say ${called.port}`;
    // The setting is that of the other: what is investigated here is well.
    if (own) return { trouble: false, finding: { text: found } };
    const next = `Set the port of ${name} in the settings of the one that calls it to ${list(open)}; ${called.port} is called now.`;
    return { trouble: true, finding: { text: found }, next, ...clear };
  }
  const refuses = answers.length > 0 && answers.every(({ outcome }) => outcome === 'refused');
  return { trouble: refuses || answers.some(late), finding: { text }, ...clear };
}

/** Declared needs, then those that its errors tell. */
function needsOf({ view, world, now }: Subject): { needs: readonly ServiceId[]; said: ReadonlySet<ServiceId> } {
  const declared = view.service.dependsOn.filter(need => need !== view.service.id);
  const said = [...saidNeedsIn(world, now)(view.service.id).keys()].filter(need => !declared.includes(need));
  return { needs: [...new Set([...declared.toSorted(), ...said])], said: new Set(said) };
}

/** Whom it needs and who needs it, with their states, and one round of questions for each need that runs. */
export const dependencyCheck: Check = async (subject, needsToRead, signal) => {
  const { view, world, now } = subject;
  const graph = needsIn([...world.services.values()].map(({ service }) => service));
  const { id } = view.service;
  const { needs, said } = needsOf(subject);
  const users = graph.dependants.get(id) ?? [];
  const alone = needs.length + users.length === 0;
  const server = world.servers.get(view.service.server);
  if (!alone && server?.sight !== 'clear') return failed(server?.loss?.text ?? 'its server was not looked at yet');
  const told = (await needsToRead.askPeers(signal)).map(round => toldOf(round, world, id));
  if (alone && told.length === 0) return skipped('no dependencies are declared, to it or from it, and no errors name any');
  // A need on another server that is out of sight is neither met nor unmet.
  const unmet = needs.filter(need => !isMet(need, subject) && (isSeen(need, world) || !world.services.has(need)));
  const cycle = cycles(graph).find(members => members.includes(id));
  const shown = [...unmet, ...needs.filter(need => !unmet.includes(need))].slice(0, most);
  const names = (ids: readonly ServiceId[]): string =>
    ids
      .slice(0, most)
      .map(one => nameOf(one, world))
      .join(', ');
  const trouble = told.some(each => each.trouble);
  const well = needs.length > 0 && unmet.length === 0 && !trouble && needs.every(need => isSeen(need, world));
  return {
    status: 'ok',
    interesting: unmet.length > 0 || cycle !== undefined || trouble,
    findings: [
      ...shown.map(one => ({ text: `needs ${standing(one, world, now)}${said.has(one) ? ' (by its errors)' : ''}` })),
      ...told.flatMap(({ finding }) => finding ?? []),
      ...users.slice(0, most).map(one => ({ text: `needed by ${standing(one, world, now)}` })),
      ...(cycle === undefined ? [] : [{ text: `it is in a cycle of dependencies: ${names(cycle)}` }]),
    ],
    next: told.flatMap(({ next }) => next ?? []),
    ruledOut: [
      ...(well ? [`not a dependency: what it needs is there (${names(needs)})`] : []),
      ...told.flatMap(({ clear }) => clear ?? []),
    ],
  };
};
