import { redact } from '../base/redact.ts';
import { displaySafe, fence, forMarkdown, forPlain } from '../base/safeText.ts';
import type { Report } from '../diagnose/report.ts';
import type { World } from '../diagnose/world.ts';
import type { Action, Outcome, Verb } from '../model/action.ts';
import type { Evidence, Issue } from '../model/issue.ts';
import { clockTime, span } from './ages.ts';
import { askLines, rootLines } from './incidentText.ts';
import { nextStep } from './nextStep.ts';
import { type Block, devModeBanner, diagnosticItems, gradeOf, section, tail, verdict } from './reportDoc.ts';
import { reportForModel } from './reportForModel.ts';
import { quotesOutside, summaryOf, suspectMark } from './summary.ts';
import { standings, told } from './symptoms.ts';

/** Widest line of a report, in graphemes; a summary with its quote fits. */
const width = 500;

/** One line, free of control characters: `web (shop) exited with code 7 2 s after it started: "cannot open queue"`. `now` in ms. */
export function issueSummary(issue: Issue, world: World, now: number): string {
  const { subject, claim, quote } = summaryOf(issue, world, now);
  return `${subject} ${claim}${quote === undefined ? '' : `: "${quote}"`}`;
}

const quoteLine = (piece: Evidence): string => `${clockTime(piece.at)}  ${suspectMark(piece)}${displaySafe(redact(piece.ref.quote), 300)}`;

function issueBlocks(report: Report, world: World): Block[] {
  const found = standings(report.incidents, world);
  const seen = new Set(report.incidents.flatMap(({ state, issues }) => (state === 'acknowledged' ? issues : [])));
  return told(report.issues, found).flatMap(({ issue, symptoms }) => {
    const quotes = issue.evidence.filter(quotesOutside).map(quoteLine);
    const next = nextStep(issue, world);
    const why = issue.evidence.map(piece => displaySafe(piece.what, 160)).filter(text => text !== '');
    return [
      { kind: 'item', text: issueSummary(issue, world, report.at) },
      {
        kind: 'detail',
        text: [gradeOf(issue, report.incidents), found.get(issue.key)?.text ?? [], seen.has(issue.key) ? 'acknowledged' : []]
          .flat()
          .join(', '),
      },
      ...rootLines(report, issue, world).map(text => ({ kind: 'detail', text }) as const),
      ...symptoms.map(each => ({ kind: 'detail', text: symptomText(each, found, world, report.at) }) as const),
      ...(why.length === 0 ? [] : [{ kind: 'detail', text: `because: ${why.join('; ')}` } as const]),
      ...(next === undefined ? [] : [{ kind: 'detail', text: `next: ${next}` } as const]),
      ...askLines(report, issue, world).map(text => ({ kind: 'detail', text }) as const),
      ...(quotes.length === 0 ? [] : [{ kind: 'quotes', lines: [...new Set(quotes)].slice(0, 5) } as const]),
    ];
  });
}

const symptomText = (issue: Issue, found: ReturnType<typeof standings>, world: World, now: number): string =>
  `${found.get(issue.key)?.text ?? 'symptom'}: ${issueSummary(issue, world, now)}`;

function blocks(report: Report, world: World): Block[] {
  const issues = issueBlocks(report, world);
  return [
    ...(report.devMode === undefined ? [] : [{ kind: 'banner', text: devModeBanner(report.devMode, report.at) } as const]),
    { kind: 'verdict', text: verdict(report) },
    ...(issues.length === 0 ? [] : [{ kind: 'heading', text: 'Issues' } as const, ...issues]),
    ...section('Wrong with labels or settings', diagnosticItems(report, world)),
    ...tail(report, world),
  ];
}

const plainForm: Record<Block['kind'], (text: string) => string> = {
  verdict: text => text,
  banner: text => text,
  heading: text => `\n${text}`,
  line: text => `\n${text}`,
  item: text => `  ${text}`,
  detail: text => `    ${text}`,
  quotes: text => `      | ${text}`,
};

function plain(block: Block): string {
  if (block.kind === 'quotes') return block.lines.map(line => plainForm.quotes(forPlain(line, width))).join('\n');
  return plainForm[block.kind](forPlain(block.text, width * 4));
}

const markdownForm: Record<Exclude<Block['kind'], 'quotes'>, (text: string) => string> = {
  verdict: text => `**${text}**\n`,
  banner: text => `**${text}**\n`,
  heading: text => `\n### ${text}\n`,
  line: text => `\n${text}`,
  item: text => `- ${text}`,
  detail: text => `  - ${text}`,
};

function markdown(block: Block): string {
  // The empty lines keep the fence out of the list item before it, where its indentation would be content.
  if (block.kind === 'quotes') return `\n${fence(block.lines.join('\n'))}\n`;
  return markdownForm[block.kind](forMarkdown(block.text, width * 4));
}

/**
 * A whole report in words. `plain` for terminals and documents, `markdown` for chat (every outside character escaped, quotes fenced),
 * `model` for language models: at most 6,000 characters, verdict first, quotes fenced as data.
 */
export function reportText(report: Report, world: World, form: 'plain' | 'markdown' | 'model'): string {
  if (form === 'model') return reportForModel(report, world);
  return drawn(blocks(report, world), form);
}

/** Blocks as a text that ends with a line feed; every block is escaped for its form. */
export const drawn = (all: readonly Block[], form: 'plain' | 'markdown'): string =>
  `${all
    .map(form === 'plain' ? plain : markdown)
    .join('\n')
    .trim()}\n`;

/** Past and plain form of each verb. */
export const verbWords: Record<Verb, { readonly done: string; readonly plain: string; readonly undo: string }> = {
  start: { done: 'Started', plain: 'Start', undo: 'It can be stopped again.' },
  stop: { done: 'Stopped', plain: 'Stop', undo: 'It can be started again; what its processes hold in memory is lost.' },
  restart: { done: 'Restarted', plain: 'Restart', undo: 'A restart cannot be undone; what its processes hold in memory is lost.' },
  pause: { done: 'Paused', plain: 'Pause', undo: 'It can be resumed.' },
  unpause: { done: 'Resumed', plain: 'Resume', undo: 'It can be paused again.' },
};

/** What the words of a proposal need to know; the engine's Proposal fits. */
export interface Proposed {
  readonly action: Action;
  readonly serverLabel: string;
  readonly serviceName: string;
  readonly project?: string;
  readonly devMode: boolean;
}

export interface ProposalWords {
  readonly title: string;
  /** Several lines, each free of control characters. */
  readonly detail: string;
}

/** What a person is asked before an effect. Built from the proposal: the asker's reason is quoted and marked as such. */
export function proposalText(proposal: Proposed): ProposalWords {
  const { action } = proposal;
  const name = displaySafe(proposal.serviceName, 80);
  const project = proposal.project === undefined ? '' : ` of project ${displaySafe(proposal.project, 60)}`;
  const detail = [
    `Server: ${displaySafe(proposal.serverLabel, 80)}`,
    `Instance: ${displaySafe(action.basis.instance.slice(0, 12), 12)}, now ${displaySafe(action.basis.state, 40)}`,
    `Asked by: ${action.askedBy === 'person' ? 'you' : `a ${action.askedBy}`}`,
    `Reason given: "${displaySafe(redact(action.because), 200)}"`,
    ...(proposal.devMode ? ['DEV MODE is on: Dozor does nothing by itself, this is only done because you say so.'] : []),
    verbWords[action.verb].undo,
  ];
  return { title: `${verbWords[action.verb].plain} ${name}${project}?`, detail: detail.join('\n') };
}

const refusals: Record<Extract<Outcome, { ok: false }>['why'], (verb: string) => string> = {
  refused: verb => `${verb}: not done`,
  failed: verb => `${verb}: failed`,
  unknown: verb => `${verb}: it is not known whether it was done`,
};

/** How an effect ended, on one line. `name` is the service's label for people. */
export function outcomeText(verb: Verb, name: string, outcome: Outcome): string {
  const subject = displaySafe(name, 120);
  if (outcome.ok) return `${verbWords[verb].done} ${subject} in ${span(outcome.took)}.`;
  return `${refusals[outcome.why](`${verbWords[verb].plain} ${subject}`)}. ${displaySafe(outcome.because, 300)}`;
}
