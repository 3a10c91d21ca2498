import type { Engine } from '../../src/engine/port.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Said } from './judge.ts';
import type { Scenario } from './scenario.ts';
import type { Stage, Theatre } from './stage.ts';
import type { Watcher } from './watcher.ts';

/** What an investigation rules out, whether quotes stand where they were read, and whether a secret came through. */
export async function lookDeeper(
  scenario: Scenario,
  stage: Stage,
  { engine }: Watcher,
  theatre: Theatre,
  said: readonly Said[],
): Promise<string[]> {
  const { engine: docker } = theatre;
  const failures: string[] = [...(await untold(scenario, stage, engine)), ...uncounted(scenario, stage, engine, theatre)];
  const final = said.at(-1)?.verdict;
  for (const { root, ruledOut = [] } of scenario.truth) {
    const [part] = root;
    if (part === undefined || ruledOut.length === 0) continue;
    const found = await engine
      .investigate(stage.idOf(part), AbortSignal.timeout(20_000))
      .catch((error: unknown) => ({ ruledOut: [String(error)] }));
    const excluded = [...found.ruledOut, ...engine.beliefs().incidents.flatMap(ruledOutBy)];
    for (const other of ruledOut) {
      const name = stage.boxOf(other).slice(stage.project.length + 1, -2);
      if (!excluded.some(text => text.includes(name)))
        failures.push(`${name} is not ruled out by name: ${excluded.join(' | ') || 'nothing is'}`);
    }
  }
  const issues = engine.beliefs().issues.filter(issue => issue.service !== undefined && stage.owns(issue.service));
  // A service may be believed to be slow for what another one says of it.
  const others = [...engine.beliefs().world.services.keys()].filter(stage.owns);
  for (const issue of issues) {
    const ids = issue.evidence.map(item => item.id);
    if (new Set(ids).size < ids.length) failures.push(`evidence ids of ${issue.key} repeat`);
    for (const item of issue.evidence) {
      if (item.ref.quote === '' || item.ref.where === '') failures.push(`evidence ${item.id} (${item.kind}) has no quote or place`);
      if (item.from === 'log' && !(await inLog(docker, stage, [issue.service ?? '', ...others], item.ref.quote, item.at)))
        failures.push(`evidence ${item.id} (${item.kind}) quotes what its log does not hold: ${item.ref.quote.slice(0, 80)}`);
    }
  }
  if (scenario.secret !== undefined) {
    const told = JSON.stringify([issues, final, engine.timeline({ limit: 1000 })]);
    if (told.includes(scenario.secret)) failures.push('the secret stands in beliefs or timeline');
  }
  return failures;
}

const ruledOutBy = (incident: Incident & { readonly ruledOut?: readonly string[] }): readonly string[] => incident.ruledOut ?? [];

/** Quotes are redacted and made displayable, so the longest plain stretch of one is looked for. True where no log can be read any more. */
async function inLog(docker: Theatre['engine'], stage: Stage, services: readonly string[], quote: string, at: number): Promise<boolean> {
  const [longest = ''] = quote
    .replaceAll(/‹[^›]*›/g, '\n')
    .split(/[^\x20-\x7e]|\\/)
    .toSorted((a, b) => b.length - a.length);
  let read = 0;
  for (const service of services) {
    const name = decodeURIComponent(service.split('/').at(-1) ?? '');
    const [own = name, replica = 1] = name.split('#');
    const box = service.split('/').length === 2 ? name : `${stage.project}-${own}-${replica}`;
    // Newest lines; then those of its moment, where a flood has come since.
    for (const part of [
      ['--tail', '5000'],
      ['--since', String((at - 500) / 1000), '--until', String((at + 10) / 1000)],
    ]) {
      const log = await docker.all('logs', ...part, box).catch(() => undefined);
      if (log === undefined) continue;
      read++;
      if (plainText(log).includes(longest.trim())) return true;
    }
  }
  return read === 0;
}

const plainText = (log: string): string => log.replaceAll(/\u001b\[[\d;]*m/g, '');

/** Says so when what must be told stands neither in the issues nor in what an investigation finds. */
async function untold({ told, truth }: Scenario, stage: Stage, engine: Engine): Promise<string[]> {
  const [part] = truth[0]?.root ?? [];
  if (told === undefined || part === undefined) return [];
  const id = stage.idOf(part);
  const own = engine.beliefs().issues.filter(issue => issue.service === id);
  const found = await engine.investigate(id, AbortSignal.timeout(20_000)).catch(String);
  const text = JSON.stringify([own, found]);
  return told.test(text) ? [] : [`nothing tells ${told}: ${text.slice(0, 4000)}`];
}

/** Says so when deaths that the engine told of are missing from the ledger. */
function uncounted({ counted }: Scenario, stage: Stage, engine: Engine, { events }: Theatre): string[] {
  if (counted === undefined) return [];
  const known = engine.beliefs().world.services.get(stage.idOf(counted))?.deaths ?? [];
  const last = known.at(-1)?.at ?? 0;
  const died = events.filter(event => event.box === stage.boxOf(counted) && event.action === 'die' && event.at <= last + 500);
  return died.length > 1 && died.length === known.length ? [] : [`${died.length} deaths happened, ${known.length} were counted`];
}
