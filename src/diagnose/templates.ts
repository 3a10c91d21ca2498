import { redact } from '../base/redact.ts';
import { createMask, textOfMasked, wordsOf } from './masks.ts';
import { emptySums, keyOf, keyWithout, type Sums, sumLine, sumWords } from './templateHash.ts';
import { columnJoins, hostJoins, type Join, propertyJoins, slotJoins } from './templateJoins.ts';
import { hole, type Tokens, tokenLimit } from './tokens.ts';

export interface MinerOptions {
  /** Most templates kept; beyond it the least recently used go. */
  readonly templates?: number;
}

/** A pattern of lines. */
export interface Template {
  readonly id: number;
  /** The constant words, `<*>` for what varies. */
  readonly text: string;
  /** Lines of this template. */
  readonly count: number;
  /** When its first and last line were written, ms, as the caller told. */
  readonly first: number;
  readonly last: number;
  /** Its first line, redacted and cut. */
  readonly sample: string;
}

export interface Miner {
  /** Counts a line, written at `at` (ms), and gives the id it has for now; templates may be joined later, see `canonical`. */
  add(line: string, at?: number): number;
  /** The id that stands for this one today. Joins what can be joined first. */
  canonical(id: number): number;
  /** The template behind an id, joined or not; undefined once it was let go. */
  template(id: number): Template | undefined;
  /** All templates, oldest first. */
  all(): readonly Template[];
  /** How many templates were let go to make room, and how many lines they had. */
  readonly dropped: { readonly templates: number; readonly lines: number };
}

const defaultTemplates = 2000;
const sampleLength = 300;
/** New templates that are worth a look for joins. */
const newEnough = 64;
/** Keys of lines per template that lead straight to it. */
const keysPerTemplate = 8;
/** Ids of joined templates that stay known. */
const joinedLimit = 65_536;
/** Sets of variable columns that are tried for a line of one length. */
const openLimit = 32;
const rounds = 4;

interface Entry {
  readonly id: number;
  words: readonly string[];
  text: string;
  count: number;
  first: number;
  last: number;
  sample: string;
  used: number;
  live: boolean;
}

/** Where lines lead: whole keys first, then keys without the columns that were found variable. */
interface Index {
  readonly keys: Map<number, Entry>;
  readonly open: Map<number, Entry>;
  /** Sets of variable columns by count of tokens. */
  readonly columns: Map<number, readonly (readonly number[])[]>;
}

/** Groups lines into templates, one after the other, in bounded memory. The same lines in the same order give the same ids. */
export function createMiner(options: MinerOptions = {}): Miner {
  const limit = Math.max(1, options.templates ?? defaultTemplates);
  const mask = createMask();
  const sums = emptySums(tokenLimit);
  const index: Index = { keys: new Map(), open: new Map(), columns: new Map() };
  const live = new Map<number, Entry>();
  const joined = new Map<number, number>();
  const dropped = { templates: 0, lines: 0 };
  let fresh = 0;
  let tick = 0;

  const settle = (): void => {
    if (fresh === 0) return;
    fresh = 0;
    for (let round = 0; round < rounds && joinOnce(live, joined, index); round++);
    bound(joined, joinedLimit);
    if (index.keys.size > limit * keysPerTemplate) rekey(index, live);
  };

  const makeRoom = (): void => {
    if (fresh >= Math.max(newEnough, live.size / 4) || live.size > limit) settle();
    if (live.size <= limit) return;
    const goes = [...live.values()].sort((one, other) => one.used - other.used).slice(0, live.size - limit + Math.floor(limit / 8));
    for (const entry of goes) {
      dropped.templates++;
      dropped.lines += entry.count;
      live.delete(entry.id);
      entry.live = false;
    }
    forget(index);
  };

  const create = (line: string, tokens: Tokens, key: number, at: number): Entry => {
    tick++;
    const entry = newEntry(tick, line, tokens, at);
    live.set(entry.id, entry);
    index.keys.set(key, entry);
    fresh++;
    return entry;
  };

  const find = (id: number): Entry | undefined => live.get(rootOf(joined, id));

  return {
    add(line, at = 0) {
      const tokens = mask(line);
      sumLine(tokens, sums);
      const key = keyOf(sums);
      let entry = index.keys.get(key);
      if (entry === undefined) {
        makeRoom();
        entry = findOpen(index, sums, key) ?? create(line, tokens, key, at);
      }
      count(entry, at);
      entry.used = ++tick;
      return entry.id;
    },
    canonical(id) {
      settle();
      return rootOf(joined, id);
    },
    template(id) {
      settle();
      const entry = find(id);
      return entry && shown(entry);
    },
    all() {
      settle();
      return [...live.values()].map(shown);
    },
    dropped,
  };
}

const shown = ({ id, text, count, first, last, sample }: Entry): Template => ({ id, text, count, first, last, sample });

/** A slice keeps its whole line alive; this keeps the slice alone. */
const own = (text: string): string => ` ${text}`.slice(1);

function newEntry(id: number, line: string, tokens: Tokens, at: number): Entry {
  const sample = own(redact(line.slice(0, sampleLength)));
  return {
    id,
    words: wordsOf(tokens).map(own),
    text: own(textOfMasked(tokens)),
    count: 0,
    first: at,
    last: at,
    sample,
    used: id,
    live: true,
  };
}

function count(entry: Entry, at: number): void {
  entry.count++;
  if (at > entry.last) entry.last = at;
  else if (at < entry.first) entry.first = at;
}

function rootOf(joined: ReadonlyMap<number, number>, id: number): number {
  let root = id;
  for (let next = joined.get(root); next !== undefined; next = joined.get(root)) root = next;
  return root;
}

function findOpen(index: Index, sums: Sums, key: number): Entry | undefined {
  for (const columns of index.columns.get(sums.count) ?? []) {
    const entry = index.open.get(keyWithout(sums, columns));
    if (entry === undefined) continue;
    index.keys.set(key, entry);
    return entry;
  }
  return undefined;
}

/** Looks for joins among all templates once; true when there were some. */
function joinOnce(live: Map<number, Entry>, joined: Map<number, number>, index: Index): boolean {
  const before = live.size;
  for (const find of [columnJoins, slotJoins, propertyJoins, hostJoins] as const) {
    for (const join of find<Entry>([...live.values()])) unite(join, live, joined, index);
  }
  if (live.size === before) return false;
  for (const [key, entry] of index.keys) if (!entry.live) index.keys.set(key, live.get(rootOf(joined, entry.id)) ?? entry);
  for (const [key, entry] of index.open) if (!entry.live) index.open.set(key, live.get(rootOf(joined, entry.id)) ?? entry);
  return true;
}

function unite(join: Join<Entry>, live: Map<number, Entry>, joined: Map<number, number>, index: Index): void {
  const roots = [...new Set(join.members.map(member => live.get(rootOf(joined, member.id)) ?? member))].sort(
    (one, other) => one.id - other.id,
  );
  const [first, ...others] = roots;
  if (first === undefined || others.length === 0) return;
  const words = common(join.words, roots);
  for (const other of others) {
    first.count += other.count;
    first.first = Math.min(first.first, other.first);
    first.last = Math.max(first.last, other.last);
    first.used = Math.max(first.used, other.used);
    other.live = false;
    live.delete(other.id);
    joined.set(other.id, first.id);
  }
  first.words = words;
  first.text = words.join(' ');
  openFor(first, join.words, index);
}

/** The join's words, with a hole also where an earlier join of the same round has left one. */
function common(words: readonly string[], members: readonly Entry[]): readonly string[] {
  const sameLength = members.filter(member => member.words.length === words.length);
  return sameLength.length < members.length
    ? words
    : words.map((word, at) => (sameLength.some(({ words: own }) => own[at] === hole) ? hole : word));
}

/** From now on a line that differs in the variable columns only leads straight to its template. */
function openFor(entry: Entry, words: readonly string[], index: Index): void {
  const columns = words.flatMap((word, at) => (word === hole ? [at] : []));
  const known = index.columns.get(words.length) ?? [];
  const sums = emptySums(words.length);
  sumWords(words, sums);
  index.keys.set(keyOf(sums), entry);
  if (columns.length === 0 || columns.length === words.length || known.length >= openLimit) return;
  if (!known.some(set => set.join() === columns.join())) index.columns.set(words.length, [...known, columns]);
  index.open.set(keyWithout(sums, columns), entry);
}

function forget(index: Index): void {
  for (const map of [index.keys, index.open]) for (const [key, entry] of map) if (!entry.live) map.delete(key);
}

function rekey(index: Index, live: ReadonlyMap<number, Entry>): void {
  index.keys.clear();
  for (const entry of live.values()) {
    const sums = emptySums(entry.words.length);
    sumWords(entry.words, sums);
    index.keys.set(keyOf(sums), entry);
  }
}

function bound(map: Map<number, number>, size: number): void {
  for (const key of map.keys()) {
    if (map.size <= size) return;
    map.delete(key);
  }
}
