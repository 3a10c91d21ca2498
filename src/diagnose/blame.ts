/** A late connection between two services (or a step within one), with the evidence in nats that it is late. */
export interface Late {
  /** Who waits, and who is waited for. */
  readonly from: string;
  readonly to: string;
  readonly nats: number;
}

/** How much a late connection speaks against the one who waits, as against the one waited for. */
const waiting = 0.5;

/**
 * Shares lateness among the ends of connections: each end is credited, and then as far as its connections are late throughout. The
 * service at fault is late everywhere, its neighbours only towards it.
 */
export function blame(services: readonly string[], connections: readonly Late[]): { service: string; strength: number }[] {
  return services.map(service => {
    const mine = connections.filter(({ from, to }) => from === service || to === service);
    const credit = mine.map(({ to, nats }) => (to === service ? nats : waiting * nats));
    const total = credit.reduce((sum, nats) => sum + nats, 0);
    const most = Math.max(...mine.map(({ nats }) => nats));
    const throughout = total > 0 ? total / (mine.length * most) : 0;
    return { service, strength: total * (0.5 + 0.5 * throughout) };
  });
}
