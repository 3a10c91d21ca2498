import * as vscode from 'vscode';
import { serviceLabel, statusLine } from '../act/statusLine.ts';
import { forTree } from '../base/safeText.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { Beliefs } from '../engine/port.ts';
import type { ServiceId } from '../model/service.ts';
import { appearance } from './appearance.ts';
import { Advice, type Deck } from './deck.ts';

/** Which services a command is for, and what the picker asks. */
export interface Wanted {
  readonly title: string;
  readonly fits: (view: ServiceView, beliefs: Beliefs) => boolean;
  /** Said when no service fits. */
  readonly none: string;
}

/** The service id in what a menu, a key binding or another command handed over. */
export function idOf(item: unknown): ServiceId | undefined {
  if (typeof item === 'string') return item;
  if (typeof item !== 'object' || item === null) return undefined;
  const { service } = item as { service?: unknown };
  return typeof service === 'string' ? service : undefined;
}

const listed = (item: unknown, items: unknown): readonly unknown[] => (Array.isArray(items) && items.length > 0 ? items : [item]);

const isRef = (item: unknown): boolean => item !== undefined && item !== null && typeof item === 'object' && 'id' in item;

/**
 * The services a command is meant for: those handed over, as the engine knows them now, else the one that is picked.
 * An item that is no longer there is told and never replaced by another. Empty when the person picks none.
 */
export async function servicesFor(deck: Deck, wanted: Wanted, item: unknown, items: unknown): Promise<readonly ServiceView[]> {
  const given = listed(item, items).filter(each => idOf(each) !== undefined || isRef(each));
  if (given.length === 0) return pickOne(deck, wanted);
  const beliefs = deck.engine.beliefs();
  const views = given.flatMap(each => beliefs.world.services.get(idOf(each) ?? '') ?? []);
  if (views.length === 0) throw new Advice('That service is not there any more. Choose one from the list.');
  const fitting = views.filter(view => wanted.fits(view, beliefs));
  if (fitting.length === 0) throw new Advice(wanted.none);
  return fitting;
}

/** The first of `servicesFor`; undefined when the person picks none. */
export async function serviceFor(deck: Deck, wanted: Wanted, item: unknown): Promise<ServiceView | undefined> {
  const [view] = await servicesFor(deck, wanted, item, undefined);
  return view;
}

async function pickOne(deck: Deck, wanted: Wanted): Promise<readonly ServiceView[]> {
  const beliefs = deck.engine.beliefs();
  const views = beliefs.shown.flatMap(id => beliefs.world.services.get(id) ?? []).filter(view => wanted.fits(view, beliefs));
  if (views.length === 0) throw new Advice(wanted.none);
  const rows = views.map(view => choice(view, beliefs, deck.clock.now()));
  const chosen = await vscode.window.showQuickPick(rows, {
    title: wanted.title,
    placeHolder: 'Choose a service',
    matchOnDescription: true,
  });
  return chosen === undefined ? [] : [chosen.view];
}

function choice(view: ServiceView, beliefs: Beliefs, now: number): vscode.QuickPickItem & { view: ServiceView } {
  const server = beliefs.world.servers.get(view.service.server);
  const worst = beliefs.issues.find(issue => issue.service === view.service.id)?.severity;
  const look = appearance(view, server, worst, false);
  return {
    label: forTree(serviceLabel(view.service)),
    description: forTree(statusLine(view, server, now)),
    iconPath: new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color)),
    view,
  };
}
