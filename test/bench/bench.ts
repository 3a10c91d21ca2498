/** One measured thing; `limit` is the most it may be, where there is a budget. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit?: number;
}

/** What the `run` of a file `test/bench/ID.bench.ts` resolves to. */
export interface Result {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Paragraphs below the table: how it was measured, what it was spent on. */
  readonly notes: readonly string[];
}

export const missed = (row: Row): boolean => row.limit !== undefined && !(row.value <= row.limit);
