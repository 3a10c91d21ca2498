import * as vscode from 'vscode';
import { proposalText, verbWords } from '../act/message.ts';
import { forToast } from '../base/safeText.ts';
import type { Proposal } from '../engine/port.ts';

const longestList = 20;

/** Each line by itself: a dialog shows line ends, and an escaper makes one line of many. */
const lines = (text: string): string =>
  text
    .split('\n')
    .map(line => forToast(line))
    .join('\n');

function words(proposals: readonly Proposal[]): { title: string; detail: string; yes: string } {
  const [first] = proposals;
  const verb = first === undefined ? 'Act' : verbWords[first.action.verb].plain;
  if (first !== undefined && proposals.length === 1) {
    const { title, detail } = proposalText(first);
    return { title: forToast(title), detail: lines(detail), yes: verb };
  }
  const named = proposals.slice(0, longestList).map(each => {
    const project = each.project === undefined ? '' : ` (${each.project})`;
    return `${each.serviceName}${project} on ${each.serverLabel}, ${each.action.basis.instance.slice(0, 12)}, now ${each.action.basis.state}`;
  });
  const more = proposals.length > longestList ? [`and ${proposals.length - longestList} more`] : [];
  const undo = first === undefined ? [] : [verbWords[first.action.verb].undo];
  return {
    title: `${verb} ${proposals.length} services?`,
    detail: lines([...named, ...more, '', ...undo].join('\n')),
    yes: `${verb} ${proposals.length}`,
  };
}

/**
 * Dozor's own question before an effect, made of the proposals and never of the asker's words. It is asked for every effect, whatever
 * VS Code has already allowed a model to do. In a workspace that is not trusted the answer is no.
 */
export async function askPerson(proposals: readonly Proposal[]): Promise<boolean> {
  if (!vscode.workspace.isTrusted) return false;
  const { title, detail, yes } = words(proposals);
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, yes)) === yes;
}
