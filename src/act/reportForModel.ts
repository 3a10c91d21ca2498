import { redact } from '../base/redact.ts';
import { displaySafe } from '../base/safeText.ts';
import type { Report } from '../diagnose/report.ts';
import type { World } from '../diagnose/world.ts';
import type { Evidence, Issue } from '../model/issue.ts';
import { clockTime } from './ages.ts';
import { fenced } from './fenced.ts';
import { askLines } from './incidentText.ts';
import { nextStep } from './nextStep.ts';
import { devModeBanner, diagnosticItems, gradeOf, tail, verdict } from './reportDoc.ts';
import { summaryOf, suspectMark } from './summary.ts';
import { type Standing, standings, told } from './symptoms.ts';

/** Longest text for a model: VS Code moves results above 8,192 characters into a file and the model reasons from the stub. */
const limit = 6000;
/** Kept free for the line that says a text was cut, and the least room that quotes are worth. */
const cutRoom = 160;
const quoteRoom = 700;

/** Evidence ids as a model may cite them: short, of a closed alphabet. */
const idOf = (piece: Evidence): string => displaySafe(redact(piece.id), 60).replace(/[^\w.:-]/g, '_');

const rootLines = (issue: Issue, report: Report): string[] =>
  report.incidents
    .filter(({ root, symptoms }) => root?.issue === issue.key && symptoms.length > 0)
    .map(({ root }) => `   root of its incident: ${displaySafe(root?.because ?? '', 300)}`);

/** Our words only: what outside texts said stands in the fence below, under the ids named here. */
function issueLines(issue: Issue, index: number, report: Report, world: World, standing: Standing | undefined): string[] {
  const { subject, claim } = summaryOf(issue, world, report.at);
  const next = nextStep(issue, world);
  const ids = issue.evidence.slice(0, 8).map(piece => `${idOf(piece)} (${displaySafe(piece.kind, 40)})`);
  return [
    `${index + 1}. ${standing === undefined ? '' : `${standing.text}: `}${subject} ${claim}`,
    `   category ${issue.category}; ${gradeOf(issue, report.incidents)}; since ${clockTime(issue.firstSeen)}; service id ${displaySafe(issue.service ?? issue.server, 160)}`,
    ...rootLines(issue, report),
    `   evidence: ${ids.length === 0 ? 'none' : ids.join(', ')}`,
    ...(next === undefined ? [] : [`   next: ${next}`]),
    ...askLines(report, issue, world).map(text => `   ${text}`),
  ];
}

const nextSteps = (report: Report): string[] => [
  'Allowed next steps: dozor_investigate {service}, dozor_inspect {service, mode: "health" | "status" | "groups" | "errors"}, dozor_get_logs {service, tail, level}, ' +
    `dozor_triage again${report.issues.length === 0 ? '' : ', dozor_restart {service, because} (a person is asked)'}.`,
];

const notSeen = (report: Report, world: World): string[] =>
  tail(report, world).flatMap(block =>
    block.kind === 'quotes' ? [] : [block.kind === 'heading' ? `${block.text}:` : block.kind === 'item' ? `- ${block.text}` : block.text],
  );

function quotes(report: Report): string[] {
  return report.issues.flatMap(issue =>
    issue.evidence
      .filter(piece => piece.ref.quote.trim() !== '' || piece.what !== '')
      .map(
        piece =>
          `[${idOf(piece)}] ${clockTime(piece.at)} ${suspectMark(piece)}${displaySafe(piece.what, 160)}${piece.ref.quote === '' ? '' : ` | ${piece.ref.quote}`}`,
      ),
  );
}

/**
 * The report for a language model: at most 6,000 characters; verdict, issues with evidence ids, what could not be seen, next steps,
 * then quotes fenced as data. A cut is made from the end and says `truncated: true, total, next`.
 */
export function reportForModel(report: Report, world: World): string {
  const found = standings(report.incidents, world);
  const issues = told(report.issues, found).flatMap(({ issue, symptoms }) => [issue, ...symptoms]);
  const head = [
    ...(report.devMode === undefined ? [] : [devModeBanner(report.devMode, report.at)]),
    verdict(report),
    ...issues.flatMap((issue, index) => issueLines(issue, index, report, world, found.get(issue.key))),
    ...notSeen(report, world),
    ...nextSteps(report),
  ];
  const notes = diagnosticItems(report, world).map(note => `[labels and settings] ${note}`);
  return boundedForModel(head, [...quotes(report), ...notes], 'call dozor_inspect or dozor_get_logs for one service');
}

/**
 * `head` (our words) and then `data` (outside text) within the limit. The head is cut by whole lines; data takes what room is left.
 * `next` says how to get what was left out; `keep` which end of the data matters more.
 */
export function boundedForModel(head: readonly string[], data: readonly string[], next: string, keep: 'first' | 'last' = 'first'): string {
  const reserve = cutRoom + (data.length === 0 ? 0 : quoteRoom);
  // Names are outside text too: a secret in one is hidden here as well.
  const shownHead = fitHead(head.map(redact), limit - reserve);
  const used = shownHead.join('\n').length;
  const block = fenced(data, limit - cutRoom - used - 1, keep);
  const total = head.length + data.length;
  const shown = shownHead.length + block.shown;
  const cut = shown < total ? [`truncated: true, total: ${total} lines, shown: ${shown}, next: ${next}`] : [];
  return [...shownHead, ...cut, ...(block.text === '' ? [] : [block.text])].join('\n');
}

function fitHead(head: readonly string[], room: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const line of head) {
    if (used + line.length + 1 > room) break;
    used += line.length + 1;
    taken.push(line);
  }
  return taken;
}
