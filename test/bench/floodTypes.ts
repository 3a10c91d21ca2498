/** Bytes of a line of the flood, its stamp and newline included. */
export const lineWidth = 140;

/** From the bench: `start` floods for so many seconds, in all with so many bytes a second. */
export interface FloodOrder {
  readonly seconds: number;
  readonly bytesPerSecond: number;
}

export type FloodNews =
  | { readonly kind: 'listening'; readonly socket: string }
  | { readonly kind: 'followed'; readonly by: number }
  /** Everything was written; bytes are those of the lines with their stamps, without frames. */
  | { readonly kind: 'over'; readonly lines: number; readonly bytes: number };
