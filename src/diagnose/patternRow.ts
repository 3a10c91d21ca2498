import type { Category } from '../model/issue.ts';

/** Kinds of evidence that a known line gives by itself; their weights stand in confidence.ts. */
export type LogKind = 'config.denied' | 'config.log' | 'disk.log' | 'mem.log' | 'net.log' | 'peer.named' | 'pids.log' | 'start.log';

/**
 * What one kind of line means. A row gives evidence, never a verdict. Expressions are linear: each repeat has a bound or ends at a class
 * that it does not hold. No bare numbers; `429` lives in timestamps.
 */
export interface PatternRow {
  /** `family/name` */
  readonly id: string;
  readonly category: Category;
  /** 1 gives way to any other row (a panic may say why), 3 wins over all; 2 when absent. Ties: the earlier row. */
  readonly strength?: 1 | 3;
  readonly tells?: LogKind;
  /** An error even where the line claims no level. */
  readonly loud?: true;
  /** Counts at info and debug too; other rows begin at warn. */
  readonly calm?: true;
  /** Said about the program by another (a shell, the kernel): never its own last words. */
  readonly hearsay?: true;
  /** Small letters, four or more; a line that hits holds one of them in any case. */
  readonly hints: readonly string[];
  readonly find: RegExp;
  /** A context that takes the hit back. */
  readonly unless?: RegExp;
  /** Tried in order for the named groups peer, port, path, setting, name, after those of `find`; the first that matches gives them. */
  readonly extract?: readonly RegExp[];
  /** A predicate of the service: "ran out of disk space{ at path}". Where a value is not known its brace falls away, or says what stands behind its bar. */
  readonly meaning: string;
  /** What a person does next, with the same braces. */
  readonly advice: string;
}

/** A path in quotes, or an absolute one. */
export const somePath = /(?:(?:^|[\s(=])(?=\/)|["'](?=[\w.@+-]{0,160}\/))(?<path>[\w./@+-]{2,160})/;
