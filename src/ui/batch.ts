import type { Confirm, Proposal } from '../engine/port.ts';
import type { Outcome } from '../model/action.ts';

/**
 * Files one request per item and asks a person once about all proposals that came of them; what is refused before that is not asked about.
 * Outcomes are in the order of the items.
 */
export async function requestTogether<T>(
  items: readonly T[],
  request: (item: T, confirm: Confirm) => Promise<Outcome>,
  ask: (proposals: readonly Proposal[]) => Promise<boolean>,
): Promise<readonly Outcome[]> {
  const proposals: Proposal[] = [];
  const answer = Promise.withResolvers<boolean>();
  let open = items.length;
  const counted = new Set<T>();
  /** The last one that either proposed or ended without a proposal puts the question. */
  const count = (item: T): void => {
    if (counted.has(item)) return;
    counted.add(item);
    open--;
    if (open === 0 && proposals.length > 0) ask(proposals).then(answer.resolve, answer.reject);
  };
  const one = async (item: T): Promise<Outcome> => {
    const confirm: Confirm = proposal => {
      proposals.push(proposal);
      count(item);
      return answer.promise;
    };
    try {
      return await request(item, confirm);
    } finally {
      count(item);
    }
  };
  return Promise.all(items.map(one));
}
