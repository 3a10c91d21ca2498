import { displaySafe } from '../base/safeText.ts';
import { hours } from '../base/time.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { Change } from '../model/change.ts';
import type { Facts } from '../model/service.ts';
import { ago, span } from './ages.ts';
import { blindness, failed, most } from './answers.ts';
import type { Check, Found } from './investigation.ts';
import { plural } from './reportDoc.ts';

const changeSpan = hours(1);

const whats: Readonly<Record<Change['what'], string>> = {
  image: 'the image',
  env: 'the environment setting',
  command: 'the command',
  mounts: 'the mount',
  networks: 'the network',
  limits: 'the limit of',
  compose: 'its definition in compose',
};

/** "the image: shop:1 to shop:2"; names and values are outside text and short. */
function changeWords({ what, name, from, to }: Change): string {
  const subject = name === undefined ? whats[what] : `${whats[what]} ${displaySafe(name, 80)}`;
  // Values of the environment are never told, whatever stands here.
  if (what === 'env' || (from === undefined && to === undefined)) return `${subject} changed`;
  if (from === undefined) return `${subject} is new: ${displaySafe(to ?? '', 120)}`;
  return to === undefined
    ? `${subject} is gone: ${displaySafe(from, 120)}`
    : `${subject}: ${displaySafe(from, 120)} to ${displaySafe(to, 120)}`;
}

/** What differs from the make before, how long ago that began to run, and for how long the one before ran in peace. */
function deployOf({ deploy }: ServiceView, now: number): Found[] {
  if (deploy === undefined) return [];
  const calm = deploy.stableFor > 0 ? `; the one before ran ${span(deploy.stableFor)} in peace` : '';
  const shown = deploy.changes.slice(0, most).map(change => ({ text: changeWords(change) }));
  const more = deploy.changes.length > shown.length ? [{ text: `and ${deploy.changes.length - shown.length} more changes` }] : [];
  return [{ text: `made anew ${ago(deploy.at, now)}, ${plural(deploy.changes.length, 'change')}${calm}` }, ...shown, ...more];
}

const changeEvents: ReadonlySet<string> = new Set(['create', 'restart', 'rename', 'update', 'destroy']);

/** When its container was made and this run began, of which image. */
function runOf({ createdAt, startedAt, startedExact, restartCount, image, imageId }: Facts, again: boolean, now: number): Found[] {
  const of = `image ${displaySafe(image, 120)} (${displaySafe(imageId.replace(/^sha256:/, '').slice(0, 12), 12)})`;
  return [
    ...(createdAt === undefined ? [] : [{ text: `${again ? 'recreated' : 'created'} ${ago(createdAt, now)}, ${of}` }]),
    ...(startedAt === undefined ? [] : [{ text: `its newest run began ${ago(startedAt, now)} (${displaySafe(startedExact, 40)})` }]),
    ...(restartCount > 0 ? [{ text: `restarted ${plural(restartCount, 'time')} by its restart policy` }] : []),
  ];
}

/** When its container was made and of what, and what differs from the make that ran in peace before. */
export const changeCheck: Check = subject => {
  const { view, now } = subject;
  const { facts } = view;
  const blind = blindness(subject);
  if (blind !== undefined || facts === undefined) return failed(blind ?? 'it was not inspected yet');
  const made = facts.createdAt ?? 0;
  const fresh = made > 0 && now - made <= changeSpan;
  const again = view.deaths.some(({ instance }) => instance !== facts.instance) || (fresh && view.known < made);
  const events = view.moments.filter(({ event, at }) => changeEvents.has(event) && now - at <= changeSpan);
  const seen = events.slice(-most).map(({ event, at }) => ({ text: `${event} ${ago(at, now)}` }));
  return {
    status: 'ok',
    interesting: (fresh && again) || view.deploy !== undefined || events.some(({ event }) => event === 'update'),
    findings: [...runOf(facts, again, now), ...deployOf(view, now), ...seen],
    ...(made === 0 || fresh ? {} : { ruledOut: [`not a new container: this one was created ${ago(made, now)}`] }),
  };
};
