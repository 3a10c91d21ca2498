/** A late connection between two services (or a step within one), with the evidence that it is late. */
export interface Late {
  readonly ends: readonly string[];
  readonly nats: number;
}

/**
 * Shares lateness among the ends of connections: a connection is late for either end, so both are credited with it, and then each
 * as far as its connections are late throughout. The service at fault is late everywhere, its neighbours only towards it.
 */
export function blame(services: readonly string[], connections: readonly Late[]): { service: string; strength: number }[] {
  return services.map(service => {
    const mine = connections.filter(({ ends }) => ends.includes(service)).map(({ nats }) => nats);
    const total = mine.reduce((sum, nats) => sum + nats, 0);
    const throughout = total > 0 ? total / (mine.length * Math.max(...mine)) : 0;
    return { service, strength: total * (0.5 + 0.5 * throughout) };
  });
}
