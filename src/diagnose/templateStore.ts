import { emptySums, keyOf, keyWithout, type Sums, sumWords } from './templateHash.ts';
import { columnJoins, type Join } from './templateJoins.ts';
import { listJoins } from './templateLists.ts';
import { hostJoins, propertyJoins, slotJoins } from './templateSlots.ts';
import { hole } from './tokens.ts';

/** Sets of variable columns that are tried for a line of one length. */
const openLimit = 32;
/** Keys per template that lead straight to it. */
const keysPerTemplate = 8;
/** Ids of joined templates that stay known. */
const joinedLimit = 65_536;
/** A join may make others possible. */
const rounds = 4;

/** A template and what is kept with it. */
export interface Entry {
  readonly id: number;
  words: readonly string[];
  text: string;
  count: number;
  first: number;
  last: number;
  readonly sample: string;
  /** Number of the last line that used it. */
  used: number;
  live: boolean;
}

/** The templates and where lines lead to them: by the key of the whole line, or by one that leaves variable columns out. */
export interface Store {
  readonly limit: number;
  /** By id, oldest first. */
  readonly live: Map<number, Entry>;
  readonly keys: Map<number, Entry>;
  readonly open: Map<number, Entry>;
  /** Sets of variable columns by count of tokens. */
  readonly columns: Map<number, readonly (readonly number[])[]>;
  /** Id of a joined template -> id of the one that took it in. */
  readonly joined: Map<number, number>;
}

export const emptyStore = (limit: number): Store => ({
  limit,
  live: new Map(),
  keys: new Map(),
  open: new Map(),
  columns: new Map(),
  joined: new Map(),
});

/** The id that stands for this one. */
export function rootOf({ joined }: Store, id: number): number {
  let root = id;
  for (let next = joined.get(root); next !== undefined; next = joined.get(root)) root = next;
  return root;
}

/** The template of a line that differs from it in variable columns only; its key leads there from now on. */
export function findOpen(store: Store, sums: Sums, key: number): Entry | undefined {
  for (const columns of store.columns.get(sums.count) ?? []) {
    const entry = store.open.get(keyWithout(sums, columns));
    if (entry === undefined) continue;
    remember(store, key, entry);
    return entry;
  }
  return undefined;
}

/** Lets a key lead to a template; when there are too many keys, each template keeps its own only. */
export function remember(store: Store, key: number, entry: Entry): void {
  if (store.keys.size >= store.limit * keysPerTemplate) rekey(store);
  store.keys.set(key, entry);
}

function rekey({ keys, live }: Store): void {
  keys.clear();
  for (const entry of live.values()) keys.set(keyOf(sumsOf(entry.words)), entry);
}

function sumsOf(words: readonly string[]): Sums {
  const sums = emptySums(words.length);
  sumWords(words, sums);
  return sums;
}

/** Joins all templates that can be joined. */
export function joinAll(store: Store): void {
  for (let round = 0; round < rounds && joinOnce(store); round++);
  for (const id of store.joined.keys()) {
    if (store.joined.size <= joinedLimit) break;
    store.joined.delete(id);
  }
}

function joinOnce(store: Store): boolean {
  const { live, keys, open } = store;
  const before = live.size;
  for (const find of [columnJoins, slotJoins, listJoins, propertyJoins, hostJoins] as const) {
    for (const join of find<Entry>([...live.values()])) unite(store, join);
  }
  if (live.size === before) return false;
  for (const map of [keys, open]) for (const [key, entry] of map) if (!entry.live) map.set(key, current(store, entry));
  return true;
}

const current = (store: Store, entry: Entry): Entry => store.live.get(rootOf(store, entry.id)) ?? entry;

function unite(store: Store, join: Join<Entry>): void {
  const roots = [...new Set(join.members.map(member => current(store, member)))].sort((one, other) => one.id - other.id);
  const [first, ...others] = roots;
  if (first === undefined || others.length === 0) return;
  first.words = common(join.words, roots);
  first.text = textOfWords(first.words);
  for (const other of others) absorb(store, first, other);
  openFor(store, first, join.words);
}

function absorb({ live, joined }: Store, into: Entry, other: Entry): void {
  into.count += other.count;
  into.first = Math.min(into.first, other.first);
  into.last = Math.max(into.last, other.last);
  into.used = Math.max(into.used, other.used);
  other.live = false;
  live.delete(other.id);
  joined.set(other.id, into.id);
}

/** The join's words, with a hole also where an earlier join of the same round has left one. */
function common(words: readonly string[], members: readonly Entry[]): readonly string[] {
  if (members.some(member => member.words.length !== words.length)) return words;
  return words.map((word, at) => (members.some(member => member.words[at] === hole) ? hole : word));
}

/** Spaced as people write: none before a comma or behind an opening bracket. */
const textOfWords = (words: readonly string[]): string =>
  words
    .join(' ')
    .replaceAll(/ ([,;:.)\]}=])/g, '$1')
    .replaceAll(/([([{=]) /g, '$1');

/** From now on a line that differs in the variable columns only leads straight to its template. */
function openFor(store: Store, entry: Entry, words: readonly string[]): void {
  const columns = words.flatMap((word, at) => (word === hole ? [at] : []));
  const known = store.columns.get(words.length) ?? [];
  const sums = sumsOf(words);
  remember(store, keyOf(sums), entry);
  if (columns.length === words.length || known.length >= openLimit) return;
  if (!known.some(set => set.join() === columns.join())) store.columns.set(words.length, [...known, columns]);
  store.open.set(keyWithout(sums, columns), entry);
}

/** Lets the least recently used templates go, an eighth more than must. Returns them. */
export function dropOldest(store: Store): readonly Entry[] {
  const { live, limit, keys, open } = store;
  const gone = [...live.values()].sort((one, other) => one.used - other.used).slice(0, live.size - limit + Math.ceil(limit / 8));
  for (const entry of gone) {
    live.delete(entry.id);
    entry.live = false;
  }
  for (const map of [keys, open]) for (const [key, entry] of map) if (!entry.live) map.delete(key);
  return gone;
}
