import { newSealKey, type Seal, sealWith } from '../base/seal.ts';
import type { Memory } from './memory.ts';

const place = 'seal';

/** Seals with a key that is made once per memory, so that what was sealed before a reload can be compared after it. */
export function sealOf(memory: Pick<Memory, 'get' | 'put'>): Seal {
  const stored = memory.get(place);
  const known = typeof stored === 'string' && /^[0-9a-f]{64}$/.test(stored) ? stored : undefined;
  const key = known ?? newSealKey();
  if (known === undefined) memory.put(place, key);
  return sealWith(key);
}
