import { displaySafe } from '../base/safeText.ts';
import type { Service, ServiceId } from '../model/service.ts';
import type { DeclaredNeed } from '../model/settings.ts';
import { listedOf, readd } from './additions.ts';
import { cycleNote, cycles, type Needs, needsOf } from './dependencies.ts';
import { isOne, type Known, type Names, settingNames } from './settingNames.ts';
import type { ServiceView } from './world.ts';

/** What the settings say of one service, while it is gathered. */
interface Writing {
  readonly needs: Set<ServiceId>;
  readonly notes: Set<string>;
  needed: boolean;
}

class Book {
  readonly written = new Map<ServiceId, Writing>();

  of(id: ServiceId): Writing {
    const own = this.written.get(id) ?? { needs: new Set(), notes: new Set(), needed: false };
    this.written.set(id, own);
    return own;
  }
}

const says = ({ to }: DeclaredNeed): string => `setting dozor.dependencies says that it needs "${displaySafe(to, 60)}"`;

/** What is to be told of the services that `to` gives; undefined where it is one, and where it may be on a server never seen. */
function noteOf(rule: DeclaredNeed, from: Service, found: readonly Service[], { servers }: Known, names: Names): string | undefined {
  if (isOne(found)) return undefined;
  if (found.length > 0) return `${says(rule)}, and ${found.length} services have that name; write project/service`;
  const unseen = servers.get(names.serverOf(rule.to) ?? from.server)?.lastClear === undefined;
  if (rule.optional === true || unseen) return undefined;
  return `${says(rule)}, and there is no such service; write server:name for one of another server`;
}

function write(book: Book, rule: DeclaredNeed, known: Known, names: Names): void {
  for (const from of names.find(rule.from)) {
    const found = names.findFor(from, rule.to);
    const note = noteOf(rule, from, found, known, names);
    if (note !== undefined) book.of(from.id).notes.add(note);
    else for (const { id } of found) link(book, from.id, id, rule);
  }
}

function link(book: Book, from: ServiceId, to: ServiceId, { optional }: DeclaredNeed): void {
  book.of(from).needs.add(to);
  if (optional !== true) book.of(to).needed = true;
}

/** Notes on cycles that are there only with the settings; those of labels are told already. */
function noteCycles(book: Book, listed: ReadonlyMap<ServiceId, Service>): void {
  const needs = (id: ServiceId): readonly ServiceId[] => listed.get(id)?.dependsOn ?? [];
  const graph = (more: (id: ServiceId) => Iterable<ServiceId>): Needs =>
    needsOf([...listed.keys()].map(id => [id, [...needs(id), ...more(id)]] as const));
  const key = (members: readonly ServiceId[]): string => members.join('\n');
  const told = new Set(cycles(graph(() => [])).map(key));
  for (const members of cycles(graph(id => book.written.get(id)?.needs ?? []))) {
    if (told.has(key(members))) continue;
    const note = cycleNote(members.map(id => listed.get(id)?.name ?? id));
    for (const id of members) book.of(id).notes.add(note);
  }
}

/**
 * The views that look different once the declared needs are added to them: edges from `from` to `to` at the end of `dependsOn`, and
 * notes where a name fits nothing or too much, or where needs go round in a circle. Views that stay as they are are not among them.
 */
export function withDeclared(known: Known, declared: readonly DeclaredNeed[]): ReadonlyMap<ServiceId, ServiceView> {
  const before = [...known.services.values()].filter(({ added }) => added !== undefined);
  if (declared.length + before.length === 0) return new Map();
  const book = new Book();
  const names = settingNames(known);
  for (const rule of declared) write(book, rule, known, names);
  const listed = new Map([...known.services].map(([id, view]) => [id, listedOf(view)]));
  if (book.written.size > 0) noteCycles(book, listed);
  for (const { service } of before) book.of(service.id);
  const asked = new Set([...listed.values()].filter(({ state }) => state !== 'missing').flatMap(({ dependsOn }) => dependsOn));
  const next = [...book.written].flatMap(([id, own]) => {
    const [view, service] = [known.services.get(id), listed.get(id)];
    return view === undefined || service === undefined ? [] : [[view, declaredView(view, service, own, asked.has(id))] as const];
  });
  return new Map(next.filter(([view, after]) => after !== view).map(([view, after]) => [view.service.id, after]));
}

function declaredView(view: ServiceView, listed: Service, own: Writing, asked: boolean): ServiceView {
  const trouble = view.added?.patternTrouble;
  const next = readd(view, {
    needs: [...own.needs].filter(id => !listed.dependsOn.includes(id)).sort(),
    needed: own.needed,
    notes: [...own.notes].sort(),
    ...(trouble === undefined ? {} : { patternTrouble: trouble }),
  });
  return next === view ? view : { ...next, needed: own.needed || asked };
}

/** Names in `from` that no service answers to; none is told while the server that may have it was never seen. */
export function strangersIn(known: Known, declared: readonly DeclaredNeed[]): readonly string[] {
  if (declared.length === 0) return [];
  const names = settingNames(known);
  const seen = (words: string): boolean => {
    const server = names.serverOf(words);
    const asked = [...known.servers.values()].filter(view => server === undefined || view.server.id === server);
    return asked.every(({ lastClear }) => lastClear !== undefined);
  };
  return [...new Set(declared.map(({ from }) => from))].filter(from => seen(from) && names.find(from).length === 0);
}
