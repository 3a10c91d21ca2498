const width = 30;

/**
 * Looks at containers, at most 30 at once and one look per container: asking again during a look makes one more after it, so the
 * newest state is always seen. `look` must not reject.
 */
export class Inspector {
  private readonly waiting = new Set<string>();
  /** Value: asked again meanwhile. */
  private readonly active = new Map<string, boolean>();
  private idle: (() => void)[] = [];
  private held = false;
  private readonly look: (id: string) => Promise<void>;

  constructor(look: (id: string) => Promise<void>) {
    this.look = look;
  }

  ask(id: string): void {
    if (this.active.has(id)) this.active.set(id, true);
    else this.waiting.add(id);
    this.pump();
  }

  /** Resolves when nothing is left to look at. */
  quiet(): Promise<void> {
    if (this.waiting.size + this.active.size === 0) return Promise.resolve();
    return new Promise(resolve => this.idle.push(resolve));
  }

  /** While held, requests gather: many events of one container become one look. */
  hold(held: boolean): void {
    this.held = held;
    this.pump();
  }

  /** Forgets what waits; looks under way end by themselves. */
  clear(): void {
    this.waiting.clear();
    this.settle();
  }

  private pump(): void {
    if (this.held) return;
    for (const id of this.waiting) {
      if (this.active.size >= width) return;
      this.waiting.delete(id);
      this.active.set(id, false);
      void this.run(id);
    }
  }

  private async run(id: string): Promise<void> {
    try {
      await this.look(id);
    } finally {
      const again = this.active.get(id) === true;
      this.active.delete(id);
      if (again) this.waiting.add(id);
      this.pump();
      this.settle();
    }
  }

  private settle(): void {
    if (this.waiting.size + this.active.size > 0) return;
    const done = this.idle;
    this.idle = [];
    for (const resolve of done) resolve();
  }
}
