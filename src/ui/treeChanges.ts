import type { Row, Rows } from './treeRows.ts';

/** What has to be drawn anew. */
export interface Changes {
  /** The roots changed, and with them everything. */
  readonly all: boolean;
  /** Services, and parents whose children changed. */
  readonly rows: readonly string[];
  /** Parents that only count something else: drawing one means asking for all its children again, so it can come second. */
  readonly parents: readonly string[];
}

/** Every service is older after a second. That alone is no news: it is drawn with the next news, or when ages are. */
const ageless = (text: string): string => text.replace(/\b\d+ (?:ms|s|min|h|d)\b/g, '#');
const exactly = (text: string): string => text;

const sameLooks = (a: Row, b: Row, of: (text: string) => string): boolean =>
  a.label === b.label &&
  of(a.description) === of(b.description) &&
  a.flags === b.flags &&
  a.look.icon === b.look.icon &&
  a.look.color === b.look.color &&
  of(a.says) === of(b.says);

/** Which list a row belongs to; undefined when it looks as it did. */
function listOf(old: Row, row: Row, of: (text: string) => string): 'rows' | 'parents' | undefined {
  if (old.children.join() !== row.children.join()) return 'rows';
  if (sameLooks(old, row, of)) return undefined;
  return row.kind === 'service' ? 'rows' : 'parents';
}

/** Compares two trees; with `ages` a row that only became older counts as changed. */
export function changedRows(before: Rows, after: Rows, ages: boolean): Changes {
  const all = before.roots.join() !== after.roots.join();
  const changes = { all, rows: [] as string[], parents: [] as string[] };
  for (const [id, row] of after.byId) {
    const old = before.byId.get(id);
    const list = old === undefined ? undefined : listOf(old, row, ages ? exactly : ageless);
    if (list !== undefined) changes[list].push(id);
  }
  return changes;
}

/** The tree as it is drawn when only some of its rows are drawn anew. */
export function drawnRows(before: Rows, after: Rows, ids: readonly string[]): Rows {
  const anew = new Set(ids);
  const byId = new Map([...after.byId].map(([id, row]) => [id, anew.has(id) ? row : (before.byId.get(id) ?? row)]));
  return { ...after, byId };
}
