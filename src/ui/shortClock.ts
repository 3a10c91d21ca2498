/** A time of day where the person is, "14:02". `at` in ms. */
export const shortClock = (at: number): string => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
