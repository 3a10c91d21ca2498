import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type EngineEvent, EventReader, lifecycleOf } from '../../src/observe/dockerEvents.ts';
import { readLabels } from '../../src/observe/labels.ts';
import { cutAt } from '../fakes/cutAt.ts';
import { idOf } from '../fakes/fakeEngine.ts';

const nano = '1767225600123456789';
const line = (action: string, over: { key?: string; nano?: string; attributes?: object; type?: string } = {}): string =>
  `{"Type":"${over.type ?? 'container'}","Action":${JSON.stringify(action)},"Actor":{"ID":"${idOf(over.key ?? 'web')}","Attributes":${JSON.stringify(over.attributes ?? {})}},"timeNano":${over.nano ?? nano}}\n`;

function read(reader: EventReader, ...chunks: (string | Buffer)[]): EngineEvent[] {
  const out: EngineEvent[] = [];
  for (const chunk of chunks) reader.push(Buffer.from(chunk), event => out.push(event));
  return out;
}
const actions = (...lines: string[]): string[] => read(new EventReader(), ...lines).map(event => event.event);

describe('events of the engine', () => {
  it('keep their time to the last digit', () => {
    const [event] = read(new EventReader(), line('start'));
    assert.deepEqual(event, { instance: idOf('web'), event: 'start', nano, at: 1_767_225_600_123 });
  });

  it('cannot be given another time by a label', () => {
    const forged = { timeNano: '1111111111111111111', note: '"timeNano":2222222222222222222' };
    assert.equal(read(new EventReader(), line('start', { attributes: forged }))[0]?.nano, nano);
  });

  it('are those of the life of a container', () => {
    const known = ['create', 'start', 'restart', 'kill', 'stop', 'die', 'oom', 'pause', 'unpause', 'rename', 'update', 'destroy'];
    assert.deepEqual(actions(...known.map(action => line(action))), known);
    assert.deepEqual(actions(line('health_status: unhealthy')), ['health']);
  });

  it('of commands inside, of networks and of names we do not know are passed over', () => {
    assert.deepEqual(
      actions(
        line('exec_create: sh -c x'),
        line('exec_die'),
        line('attach'),
        line('top'),
        line('constructor'),
        line('start', { type: 'network' }),
      ),
      [],
    );
  });

  it('of networks tell which container was put in or taken out, each once', () => {
    const reader = new EventReader();
    const moved: string[] = [];
    const move = (action: string, container: unknown, stamp = nano): string =>
      line(action, { type: 'network', key: 'net', attributes: { container, name: 'back' }, nano: stamp });
    const lines = [
      move('disconnect', idOf('web')),
      move('disconnect', idOf('web')),
      move('connect', idOf('db'), '1767225600123456799'),
      move('create', idOf('other')),
      move('connect', 'web; reboot'),
      move('connect', 7),
      line('connect', { attributes: { container: idOf('forged') } }),
    ];
    reader.push(
      Buffer.from(lines.join('')),
      () => assert.fail('no event of a container'),
      id => moved.push(id),
    );
    assert.deepEqual(moved, [idOf('web'), idOf('db')]);
  });

  it('that only talk of a command inside are not passed over', () => {
    assert.deepEqual(actions(line('die', { attributes: { x: '"Action":"exec_' } })), ['die']);
  });

  it('come once, though a stream repeats them from its since on', () => {
    const reader = new EventReader();
    assert.equal(read(reader, line('die')).length, 1);
    reader.reopen();
    assert.deepEqual(
      read(reader, line('die'), line('die', { nano: '1767225600123456790' }), line('die', { key: 'other' })).map(event => event.nano),
      ['1767225600123456790', nano],
    );
    assert.equal(reader.newest, '1767225600123456790');
  });

  it('lose half a line with their stream, and nothing of the next', () => {
    const reader = new EventReader();
    read(reader, line('start').slice(0, 40));
    reader.reopen();
    assert.deepEqual(
      read(reader, line('die')).map(event => event.event),
      ['die'],
    );
  });

  it('are the same however the bytes are split', () => {
    const bytes = Buffer.from(
      ['start', 'die', 'health_status: healthy'].map((action, n) => line(action, { nano: `${1_767_225_600_000 + n}000000` })).join(''),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), places =>
        assert.equal(read(new EventReader(), ...cutAt(bytes, places)).length, 3),
      ),
    );
  });

  it('never throw, whatever is in them', () => {
    fc.assert(fc.property(fc.jsonValue(), value => void read(new EventReader(), `${JSON.stringify(value)}\n`)));
  });

  it('claim signal and exit code only where no label could have written them', () => {
    const [kill] = read(new EventReader(), line('kill', { attributes: { signal: '9' } }));
    const [die] = read(new EventReader(), line('die', { attributes: { exitCode: '0' } }));
    assert.ok(kill && die);
    const told = (event: EngineEvent, labels: object): object => lifecycleOf(event, 'local/web', readLabels(labels));
    assert.deepEqual(told(kill, {}), { kind: 'lifecycle', service: 'local/web', instance: idOf('web'), event: 'kill', nano, signal: 9 });
    assert.ok(!('signal' in told(kill, { signal: '9' })));
    assert.ok(!('exit' in told(die, { exitCode: '0' })));
    assert.ok('exit' in told(die, { other: '0' }));
  });
});
