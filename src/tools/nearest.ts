/** Longest words that are compared, in characters: the cost grows with the square. */
const compared = 64;

/** Edits (insert, remove, replace) that turn one word into the other. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The candidates most like `words`, best first, at most `count`; those that begin with it come first. */
export function nearest(words: string, candidates: readonly string[], count = 3): string[] {
  const wanted = words.toLowerCase().slice(0, compared);
  const rank = (name: string): number => {
    const given = name.toLowerCase().slice(0, compared);
    return distance(wanted, given) - (wanted !== '' && given.startsWith(wanted) ? compared : 0);
  };
  const ranked = [...new Set(candidates)].map(name => ({ name, rank: rank(name) }));
  return ranked
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}
