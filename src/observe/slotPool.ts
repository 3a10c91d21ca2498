/** Bytes of one slot. */
export const slotBytes = 64 * 1024;

/** Memory that two threads share, in slots, so that a flood makes no garbage and needs no more than this. */
export class SlotPool {
  private readonly free: Buffer[] = [];
  private readonly waiting: ((slot: Buffer | undefined) => void)[] = [];
  private made = 0;
  private closed = false;
  private readonly cap: number;

  constructor(cap: number) {
    this.cap = cap;
  }

  /** A free slot, as soon as there is one; first come, first served. Undefined once it is closed. */
  async take(): Promise<Buffer | undefined> {
    if (this.closed) return undefined;
    const slot = this.free.pop();
    if (slot !== undefined) return slot;
    if (this.made < this.cap) {
      this.made++;
      return Buffer.from(new SharedArrayBuffer(slotBytes));
    }
    return new Promise(resolve => this.waiting.push(resolve));
  }

  give(slot: Buffer): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(slot);
    else next(slot);
  }

  /** Slots that are taken. */
  get taken(): number {
    return this.made - this.free.length;
  }

  close(): void {
    this.closed = true;
    for (const next of this.waiting.splice(0)) next(undefined);
  }
}
