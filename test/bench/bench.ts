/** One measured thing; where there is a budget, `limit` is the most it may be, or `least` the least. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit?: number;
  readonly least?: number;
  /** Digits behind the point, where it is a share. */
  readonly digits?: number;
}

/** What the `run` of a file `test/bench/ID.bench.ts` resolves to. */
export interface Result {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Paragraphs below the table: how it was measured, what it was spent on. */
  readonly notes: readonly string[];
}

export const missed = ({ value, limit, least }: Row): boolean =>
  (limit !== undefined && !(value <= limit)) || (least !== undefined && !(value >= least));
