import { pause, seconds } from '../base/time.ts';
import type { UserManager } from '../connect/systemctl.ts';
import type { LogLine } from '../model/logs.ts';
import type { Observation } from '../model/observation.ts';
import type { InstanceId, ServiceId } from '../model/service.ts';
import { redactInspect } from './redactInspect.ts';
import { journalNews, readTail, stampUnit, type UnitDeps, unitNameOf } from './systemd.ts';
import { readShow, shownProperties, unitFacts } from './systemdUnits.ts';

interface Target {
  readonly service: ServiceId;
  readonly instance: InstanceId;
}

const pollEvery = seconds(1);

async function propertiesOf(
  manager: UserManager,
  unit: string,
  properties: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | string> {
  const shown = await manager.show([unit], properties, signal);
  if (!shown.ok) return shown.because;
  return readShow(shown.out).get(unit) ?? 'there is no such unit';
}

/** A fresh look at one unit. */
export async function lookAtUnit(
  deps: UnitDeps,
  target: Target,
  at: 'inspect' | 'logs',
  signal: AbortSignal,
): Promise<readonly Observation[]> {
  const { service } = target;
  const unit = unitNameOf(service);
  if (unit === undefined) return [stampUnit(deps, { kind: 'unseen', service, why: 'it is no unit of the user' })];
  if (at === 'logs') {
    const news = await journalNews(deps, service, target.instance, signal);
    return news === undefined ? [] : [stampUnit(deps, news)];
  }
  const properties = await propertiesOf(deps.manager, unit, shownProperties, signal);
  if (typeof properties === 'string') return [stampUnit(deps, { kind: 'unseen', service, why: properties })];
  return [stampUnit(deps, { kind: 'inspected', service, facts: unitFacts(unit, properties) })];
}

/** The journal of a unit; when it is followed, it is asked each second for what is new. Rejects when it cannot be read. */
export async function* readUnitLines(
  deps: UnitDeps,
  target: Target,
  want: { readonly tail: number; readonly follow: boolean; readonly after?: string },
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const unit = unitNameOf(target.service);
  if (unit === undefined) throw new Error('It is no unit of the user.');
  let after = want.after;
  do {
    const lines = await readTail(deps.manager, unit, { tail: want.tail, after }, signal);
    if (signal.aborted) return;
    if (typeof lines === 'string') throw new Error(`The journal cannot be read: ${lines}`);
    yield* lines;
    after = lines.at(-1)?.stamp ?? after;
    if (want.follow) await pause(deps.clock, pollEvery, signal);
  } while (want.follow && !signal.aborted);
}

/** All properties that `show` gives, as JSON, free of secrets. */
export async function inspectUnit(deps: UnitDeps, target: Target, signal: AbortSignal): Promise<unknown> {
  const unit = unitNameOf(target.service);
  const properties =
    unit === undefined
      ? 'it is no unit of the user'
      : await propertiesOf(
          deps.manager,
          unit,
          [...shownProperties, 'FragmentPath', 'ExecStart', 'Environment', 'MemoryCurrent', 'MainPID'],
          signal,
        );
  if (typeof properties === 'string') throw new Error(`The unit cannot be inspected: ${properties}`);
  return redactInspect(Object.fromEntries(properties));
}
