import { ago, left } from '../act/ages.ts';
import { serviceLabel, statusLine } from '../act/statusLine.ts';
import { fence, forMarkdown } from '../base/safeText.ts';
import type { Beliefs } from '../engine/port.ts';
import type { LogLine } from '../model/logs.ts';
import type { Service } from '../model/service.ts';
import { readAnsi } from './ansi.ts';
import { count, exclusions, leaseOf, openIssues } from './glance.ts';

/** Most rows of a list in the chat. */
const mostRows = 60;

function serverText(beliefs: Beliefs, now: number): string[] {
  return [...beliefs.world.servers.values()].map(view => {
    const name = forMarkdown(view.server.label, 80);
    if (view.sight === 'clear') return `**${name}**: watched`;
    if (view.sight === 'waiting') return `**${name}**: connecting`;
    const seen = view.lastClear === undefined ? '' : `, last seen ${ago(view.lastClear, now)}`;
    return `**${name}**: ${forMarkdown(`${view.loss?.text ?? 'out of sight'}${seen}. ${view.loss?.next ?? ''}`)}`;
  });
}

/** `/status`: dev mode, servers, and one line per service, all from what is known now. */
export function statusMarkdown(beliefs: Beliefs, now: number): string {
  const dev = leaseOf(beliefs, 'all', now);
  const out = new Set(exclusions(beliefs, now).map(lease => lease.scope));
  const rows = beliefs.shown.slice(0, mostRows).flatMap(id => {
    const view = beliefs.world.services.get(id);
    if (view === undefined) return [];
    const text = statusLine(view, beliefs.world.servers.get(view.service.server), now);
    return [`- **${forMarkdown(serviceLabel(view.service))}**: ${forMarkdown(text)}${out.has(id) ? ' \\(excluded\\)' : ''}`];
  });
  const more = beliefs.shown.length - mostRows;
  return [
    ...(dev === undefined ? [] : [`**DEV MODE**, ${left(dev.until, now)} left\n`]),
    `${count(beliefs.shown.length, 'service')}, ${count(openIssues(beliefs, now).length, 'open issue')}\n`,
    ...serverText(beliefs, now).map(line => `${line}\n`),
    ...rows,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
}

/** `/logs`: the last lines of one service, fenced, without colours. */
export function logsMarkdown(service: Service, lines: readonly LogLine[]): string {
  const title = `Last ${count(lines.length, 'line')} of **${forMarkdown(serviceLabel(service))}**`;
  if (lines.length === 0) return `**${forMarkdown(serviceLabel(service))}** has written nothing that can be read.`;
  return `${title}\n\n${fence(lines.map(line => readAnsi(line.text).text.slice(0, 500)).join('\n'))}\n`;
}

/** `/devmode` without words: how it stands, and how to change it. */
export function devModeMarkdown(beliefs: Beliefs, now: number): string {
  const dev = leaseOf(beliefs, 'all', now);
  const out = exclusions(beliefs, now).map(lease => {
    const view = beliefs.world.services.get(lease.scope);
    return `- **${forMarkdown(view === undefined ? lease.scope : serviceLabel(view.service))}** is excluded, ${left(lease.until, now)} left`;
  });
  const state = dev === undefined ? 'Dev mode is **off**.' : `Dev mode is **on**, ${left(dev.until, now)} left: Dozor only watches.`;
  return [
    state,
    ...(out.length > 0 ? ['', ...out] : []),
    '',
    'Say `/devmode on`, `/devmode on 2h`, `/devmode on 18:30` or `/devmode off`.',
  ].join('\n');
}

export type DevModeWish =
  | { readonly kind: 'show' }
  | { readonly kind: 'off' }
  | { readonly kind: 'on'; readonly when: string }
  | { readonly kind: 'unclear' };

/** Reads the words behind `/devmode`. */
export function devModeWish(prompt: string): DevModeWish {
  const words = prompt.trim().toLowerCase();
  if (words === '' || words === 'status') return { kind: 'show' };
  if (words === 'off' || words === 'end' || words === 'stop') return { kind: 'off' };
  const on = /^(?:on|start)?\s*(.*)$/.exec(words);
  if (words.startsWith('on') || words.startsWith('start') || /^(?:for|until|\d)/.test(words)) return { kind: 'on', when: on?.[1] ?? '' };
  return { kind: 'unclear' };
}
