import type { InstanceId } from './service.ts';

/** What one instance used at one moment. Absent parts the engine did not tell. */
export interface Usage {
  readonly instance: InstanceId;
  /** ms on the server's clock. */
  readonly at: number;
  /** Processors kept busy since the sample before: 1 is one whole processor. Absent in the first sample. */
  readonly cpu?: number;
  /** Share of the time since the sample before in which a processor limit held it back, 0…1. */
  readonly throttled?: number;
  /** Bytes that cannot be given back: the page cache is left out. */
  readonly memory?: number;
  /** Bytes; absent when unlimited. */
  readonly memoryLimit?: number;
  readonly pids?: number;
  /** Absent when unlimited. */
  readonly pidsLimit?: number;
}
