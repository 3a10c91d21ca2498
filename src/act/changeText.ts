import { displaySafe } from '../base/safeText.ts';
import { shortImage } from '../diagnose/changes.ts';
import { changesText } from '../diagnose/changeWords.ts';
import type { Deploy } from '../model/change.ts';
import type { Service } from '../model/service.ts';
import { ago, span } from './ages.ts';

/** "it was recreated from bb:2 40 s ago (bb:1 ran 2 h)", or what else was changed about it. */
export function changed({ at, changes, stableFor, before }: Deploy, now: number): string {
  const image = changes.find(change => change.what === 'image');
  const when = ago(at, now);
  if (image === undefined) return `it was changed ${when} (${changesText(changes)}; before that it ran ${span(stableFor)})`;
  return `it was recreated from ${displaySafe(image.to ?? '', 120)} ${when} (${displaySafe(image.from ?? before.image, 120)} ran ${span(stableFor)})`;
}

/** Only what a shell reads as one plain word may stand in a command that people copy. */
const isPlain = (word: string): boolean => /^[\w][\w./:@-]{0,200}$/.test(word);

/** How to go back to what ran before, in words: nothing of it is done here. */
export function wayBack(service: Service, { changes, before }: Deploy): string {
  const image = changes.find(change => change.what === 'image');
  if (image === undefined) return `Put back what was changed (${changesText(changes)}), or mend it and recreate the service.`;
  const id = shortImage(before.imageId);
  if (!isPlain(before.image) || !isPlain(id)) return 'Go back to the image that ran before, and recreate the service from it.';
  const again = recreate(service);
  // An image that was built anew has taken the name of the one before, whose id is left.
  if (image.from?.includes(id)) return `Go back to the image that ran before: docker tag ${id} ${before.image}, then ${again}.`;
  return `Go back to ${before.image} (image id ${id}): name it as the image of the service, then ${again}.`;
}

function recreate({ composeService }: Service): string {
  const compose = composeService !== undefined && isPlain(composeService);
  return compose ? `docker compose up -d --force-recreate ${composeService}` : 'remove the container and run it again';
}
