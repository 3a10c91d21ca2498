import * as vscode from 'vscode';
import type { GroupPicture } from '../act/groupPicture.ts';
import { rootWords } from '../act/groupText.ts';
import { forTree } from '../base/safeText.ts';
import { Advice, type Commands, type Deck } from './deck.ts';
import { namedGroups, rowOf } from './groupDocuments.ts';
import { shortClock } from './shortClock.ts';

export const groupCommands = (deck: Deck): Commands => ({
  'dozor.openGroup': item => openGroup(deck, item),
});

/** A row of the tree is its group; the palette hands over nothing. A group that is gone is told and never replaced by another. */
async function openGroup(deck: Deck, item: unknown): Promise<void> {
  const groups = namedGroups(deck.engine.beliefs());
  if (groups.length === 0) throw new Advice('Dozor sees no groups yet: compose projects, and containers with the label dozor.group.');
  const id = typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : undefined;
  if (id === undefined) {
    const picked = await pick(groups);
    return picked === undefined ? undefined : deck.groups.show(picked);
  }
  const group = groups.find(each => rowOf(each) === id);
  if (group === undefined) throw new Advice('That group is not there any more. Choose one from the list.');
  return deck.groups.show(group);
}

async function pick(groups: readonly GroupPicture[]): Promise<GroupPicture | undefined> {
  const rows = groups.map(group => ({
    label: forTree(group.name ?? '', 80) || 'unnamed',
    description: forTree([group.counts, rootWords(group.incidents, group.world, shortClock) ?? []].flat().join(' · '), 160),
    detail: forTree(`on ${group.serverView?.server.label ?? group.server}`, 80),
    group,
  }));
  const chosen = await vscode.window.showQuickPick(rows, {
    title: 'Open a group',
    placeHolder: 'Choose a group',
    matchOnDescription: true,
  });
  return chosen?.group;
}
