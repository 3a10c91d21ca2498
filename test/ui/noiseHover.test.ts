import assert from 'node:assert/strict';
import { emptyWorld } from '../../src/diagnose/world.ts';
import type { Beliefs } from '../../src/engine/port.ts';
import { serviceTooltip } from '../../src/ui/tooltip.ts';
import { minute, Play } from '../diagnose/play.ts';
import { aServer, noon } from '../fakes/make.ts';
import { beliefs } from './scene.ts';

const hoverOf = (play: Play): string => {
  const present: Beliefs = {
    ...beliefs([play.view], { world: { ...emptyWorld([aServer], noon), services: play.world.services } }),
    at: play.now,
  };
  return serviceTooltip(present, play.view.service.id, play.now) ?? '';
};

describe('The hover of a noisy service', () => {
  it('tells how much is held back, why, and what would be real, in words of ours alone', () => {
    const text = hoverOf(new Play(noon).says('ERROR retrying [x](command:y)', 200).pass(40 * minute));
    assert.match(text, /2700 error lines of 1 pattern in 10 min held to be noise/);
    assert.match(text, /Real would be\\: a pattern not seen before/);
    assert.doesNotMatch(text, /command/);
  });

  it('says nothing of noise where there is none', () => {
    assert.doesNotMatch(hoverOf(new Play(noon).says('INFO served', 1000).pass(minute)), /noise/);
  });
});
