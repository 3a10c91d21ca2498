import { type Death, parseDeaths } from '../model/death.ts';
import type { Part } from './partKeeper.ts';

/** The ledger of deaths. After a storm of them many services wait at once. */
export const deathPart: Part<readonly Death[]> = {
  name: 'deaths',
  pace: { after: 2000, width: 8, pause: 50 },
  of: view => view.deaths,
  restored(json, view) {
    const stored = parseDeaths(json);
    const deaths = merge(stored, view.deaths);
    return { view: deaths === view.deaths ? view : { ...view, deaths }, news: deaths.length > stored.length };
  },
  stored: deaths => deaths,
};

/** Stored ones first; a death that both know counts once. */
function merge(stored: readonly Death[], seen: readonly Death[]): readonly Death[] {
  const news = stored.filter(old => !seen.some(death => death.instance === old.instance && Math.abs(death.at - old.at) < 2000));
  return news.length === 0 ? seen : [...news, ...seen].sort((a, b) => a.at - b.at).slice(-64);
}
