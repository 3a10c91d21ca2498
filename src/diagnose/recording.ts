/** Samples in order of time: [Unix seconds, value]. */
export type Series = readonly (readonly [number, number])[];

/** Named series of named things: a service's metrics, or those of an edge "caller>callee". */
export type Measured = Readonly<Record<string, Readonly<Record<string, Series>>>>;

/** Log lines of each service: [Unix seconds, line]. */
export type RecordedLogs = Readonly<Record<string, readonly (readonly [number, string])[]>>;

/** A fault-free stretch of the same system, to compare with. */
export interface CalmRecord {
  readonly metrics?: Measured | undefined;
  readonly edges?: Measured | undefined;
  readonly requests?: Measured | undefined;
  readonly logs?: RecordedLogs | undefined;
}

/**
 * What was recorded around an incident. Every part but `services` and `onset` may be missing: the ranking works on what is there.
 * Samples up to `onset` (Unix seconds) are calm, later ones belong to the incident.
 */
export interface Recording extends CalmRecord {
  readonly services: readonly string[];
  readonly needs: readonly (readonly [caller: string, callee: string])[];
  readonly onset: number;
  /** Where the trouble was seen, and in which metric, when that is known. */
  readonly symptom?: { readonly service?: string | undefined; readonly metric?: string | undefined } | undefined;
  readonly history?: CalmRecord | undefined;
}

/** How strongly one kind of evidence points at a service: strength in nats of evidence, the same scale for all kinds. */
export interface Sign {
  readonly service: string;
  readonly strength: number;
  readonly because: string;
}
