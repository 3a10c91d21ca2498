import { redact } from '../base/redact.ts';
import { createShapes } from './lineShape.ts';
import { createMask, textOfMasked, wordsOf } from './masks.ts';
import { emptySums, keyOf, sumLine } from './templateHash.ts';
import { dropOldest, type Entry, emptyStore, findOpen, joinAll, remember, rootOf } from './templateStore.ts';
import { type Tokens, tokenLimit } from './tokens.ts';

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
/** New templates that are worth a look for joins; with more templates it takes a quarter of them, so that a line costs the same. */
const newEnough = 64;

/** Groups lines into templates, one after the other, in bounded memory. The same lines in the same order give the same ids. */
export function createMiner(options: MinerOptions = {}): Miner {
  const store = emptyStore(Math.max(1, options.templates ?? defaultTemplates));
  const { live, limit } = store;
  const mask = createMask();
  const sums = emptySums(tokenLimit);
  const shapes = createShapes<Entry>();
  const dropped = { templates: 0, lines: 0 };
  let fresh = 0;
  let lines = 0;
  let created = 0;

  const settle = (): void => {
    if (fresh > 0) joinAll(store);
    fresh = 0;
  };

  const makeRoom = (): void => {
    if (live.size >= limit || fresh >= Math.max(newEnough, live.size / 4)) settle();
    if (live.size < limit) return;
    for (const { count } of dropOldest(store)) {
      dropped.templates++;
      dropped.lines += count;
    }
  };

  const create = (line: string, tokens: Tokens, key: number, at: number): Entry => {
    makeRoom();
    const entry = newEntry(created++, line, tokens, at);
    live.set(entry.id, entry);
    remember(store, key, entry);
    fresh++;
    return entry;
  };

  const find = (line: string, at: number): Entry => {
    const tokens = mask(line);
    sumLine(tokens, sums);
    const key = keyOf(sums);
    return store.keys.get(key) ?? findOpen(store, sums, key) ?? create(line, tokens, key, at);
  };

  return {
    add(line, at = 0) {
      const entry = shapes.known(line) ?? shapes.learn(find(line, at));
      entry.used = lines++;
      entry.count++;
      if (at > entry.last) entry.last = at;
      else if (at < entry.first) entry.first = at;
      return entry.id;
    },
    canonical(id) {
      settle();
      return rootOf(store, id);
    },
    template(id) {
      settle();
      const entry = live.get(rootOf(store, id));
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
  const sample = own(redact(line).slice(0, sampleLength));
  return { id, words: wordsOf(tokens), text: textOfMasked(tokens), count: 0, first: at, last: at, sample, used: 0, live: true };
}
