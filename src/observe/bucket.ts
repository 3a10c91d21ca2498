/** Lets so many units a second through, and so many at once; a value over time, not a timer. */
export class Bucket {
  private tokens: number;
  private at: number;
  private readonly rate: number;
  private readonly burst: number;

  /** `rate`: units a second; `now`: ms, monotonic; `burst`: a second's worth when absent. */
  constructor(rate: number, now: number, burst = rate) {
    this.rate = rate;
    this.burst = burst;
    this.tokens = burst;
    this.at = now;
  }

  /** Takes `units`, more than are left if need be, and lets the next wait for it; false, and nothing is taken, when none are left. */
  take(units: number, now: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.at) / 1000) * this.rate);
    this.at = now;
    if (this.tokens <= 0) return false;
    this.tokens -= units;
    return true;
  }
}
