/** What one run was made from. Values that may hold secrets stand as keyed hashes. */
export interface Make {
  readonly image: string;
  readonly imageId: string;
  /** Name of a setting in the environment → hash of its value. */
  readonly env: Readonly<Record<string, string>>;
  /** Hash of entrypoint and command. */
  readonly command: string;
  /** "source -> target" of each mount, sorted. */
  readonly mounts: readonly string[];
  /** Names of the networks it is attached to, sorted. */
  readonly networks: readonly string[];
  /** "memory", "cpus", "pids" → value; absent when unlimited. */
  readonly limits: Readonly<Record<string, number>>;
  /** Compose's own hash of the service's definition. */
  readonly composeHash?: string;
}

/** One difference between two runs of a service; `from` and `to` are for people and hold no values of the environment. */
export interface Change {
  readonly what: 'image' | 'env' | 'command' | 'mounts' | 'networks' | 'limits' | 'compose';
  /** Which setting, mount, network or limit. */
  readonly name?: string;
  readonly from?: string;
  readonly to?: string;
}

/** How a service's newest make differs from the one that ran in peace before it. */
export interface Deploy {
  /** When the new make began to run, ms. */
  readonly at: number;
  readonly changes: readonly Change[];
  /** How long the make before ran without a hard event, ms; 0 when not known. */
  readonly stableFor: number;
  /** The image that ran before: what a rollback would go back to. */
  readonly before: { readonly image: string; readonly imageId: string };
}
