import assert from 'node:assert/strict';
import { reportText } from '../../src/act/message.ts';
import { unread } from '../../src/act/unread.ts';
import { remember } from '../../src/diagnose/logMemory.ts';
import type { LogDigest } from '../../src/model/logs.ts';
import { serviceTooltip } from '../../src/ui/tooltip.ts';
import { beliefs } from '../ui/scene.ts';
import { report, someInstance, view, world } from './some.ts';

const digest = (over: Partial<LogDigest> = {}): LogDigest => ({ lines: 5, errors: [], errorCount: 0, last: [], from: 1, to: 2, ...over });

describe('What of a log was not read', () => {
  const first = remember(undefined, someInstance, digest({ dropped: { lines: 1000, bytes: 150_000 } }));
  const calm = remember(first, someInstance, digest());
  const second = remember(calm, someInstance, digest({ dropped: { lines: 234, bytes: 10_000 } }));
  const flooded = view({ logs: second });

  it('is added up over the stretches of one instance, and begins anew with the next', () => {
    assert.deepEqual(calm.dropped, { lines: 1000, bytes: 150_000 });
    assert.deepEqual(second.dropped, { lines: 1234, bytes: 160_000 });
    assert.equal(remember(second, 'b'.repeat(64), digest()).dropped, undefined);
  });

  it('is told in lines and bytes', () => {
    assert.equal(unread(flooded), '1,234 lines (156.3 KiB) were not read, they came too fast');
    assert.equal(unread(view({ logs: { ...second, dropped: { lines: 1, bytes: 80 } } })), '1 line (80 B) was not read, it came too fast');
    assert.equal(unread(view()), undefined);
  });

  it('stands in the tooltip and in the report of a triage, of the services that these name', () => {
    assert.match(serviceTooltip(beliefs([flooded]), flooded.service.id, 0) ?? '', /Log: 1,234 lines \\\(156\\.3 KiB\\\) were not read/);
    assert.doesNotMatch(serviceTooltip(beliefs([view()]), flooded.service.id, 0) ?? '', /not read/);
    const text = reportText(report({ healthy: [flooded.service.id] }), world([flooded]), 'plain');
    assert.match(text, /Logs read in part\n.*web \(shop\): 1,234 lines/);
    assert.doesNotMatch(reportText(report({ healthy: [] }), world([flooded]), 'plain'), /read in part/);
  });
});
