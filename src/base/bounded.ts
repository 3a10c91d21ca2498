/** Appends to an immutable list and keeps the newest `cap` items. */
export function appendBounded<T>(list: readonly T[], item: T, cap: number): readonly T[] {
  const kept = list.length >= cap ? list.slice(list.length - cap + 1) : list;
  return [...kept, item];
}

/** A ring of the newest `cap` items; counts what it let go. */
export class Ring<T> {
  private items: T[] = [];
  dropped = 0;
  readonly cap: number;

  constructor(cap: number) {
    this.cap = cap;
  }

  push(item: T): void {
    this.items.push(item);
    if (this.items.length > this.cap) this.dropped++;
    // Trimming in halves keeps push O(1) on average; a shift per push is O(n).
    if (this.items.length >= this.cap * 2) this.items = this.items.slice(-this.cap);
  }

  get size(): number {
    return Math.min(this.items.length, this.cap);
  }

  toArray(): T[] {
    return this.items.slice(-this.cap);
  }

  clear(): void {
    this.items = [];
  }
}

/** A map that keeps the `cap` most recently written keys. */
export class LruMap<K, V> {
  private readonly map = new Map<K, V>();
  readonly cap: number;

  constructor(cap: number) {
    this.cap = cap;
  }

  get(key: K): V | undefined {
    return this.map.get(key);
  }

  clear(): void {
    this.map.clear();
  }

  has(key: K): boolean {
    return this.map.has(key);
  }

  delete(key: K): void {
    this.map.delete(key);
  }

  set(key: K, value: V): void {
    this.map.delete(key);
    this.map.set(key, value);
    for (const oldest of this.map.keys()) {
      if (this.map.size <= this.cap) return;
      this.map.delete(oldest);
    }
  }
}
