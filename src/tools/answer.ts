import { boundedForModel } from '../act/reportForModel.ts';
import { displaySafe } from '../base/safeText.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { Beliefs } from '../engine/port.ts';
import { resolveService } from './resolve.ts';
import type { ToolResult } from './tool.ts';

/** What every answer of a tool is made of: our words first, then outside text inside a fence. */
export interface Parts {
  readonly head: readonly string[];
  readonly data: readonly string[];
  /** How to get what a cut left out. */
  readonly next: string;
  /** Which end of the data matters more; logs keep the last lines. */
  readonly keep?: 'first' | 'last';
}

export function answer(parts: Parts, data: unknown, status: ToolResult['status'] = 'ok'): ToolResult {
  return { status, text: boundedForModel(parts.head, parts.data, parts.next, parts.keep), data };
}

/** What went wrong and what to do next; one line. */
export const failure = (because: string, next: string): ToolResult => ({ status: 'error', text: displaySafe(`${because} ${next}`, 1000) });

/** The view of the service that `words` name, or the answer that says how to name it. */
export function lookUp(beliefs: Beliefs, words: string): ServiceView | ToolResult {
  const found = resolveService(beliefs, words);
  const view = found.ok ? beliefs.world.services.get(found.id) : undefined;
  if (view !== undefined) return view;
  return failure(found.ok ? 'It is gone.' : found.because, 'Call dozor_list_services to see all names.');
}

export const isView = (found: ServiceView | ToolResult): found is ServiceView => 'service' in found;

/** "local cannot be seen: engine down. Start Docker." for each server out of sight: nothing about its services is known. */
export const blindLines = (beliefs: Beliefs): string[] =>
  [...beliefs.world.servers.values()]
    .filter(server => server.sight !== 'clear')
    .map(({ server, loss }) =>
      displaySafe(`Unknown: server ${server.label} cannot be seen (${loss?.text ?? 'not looked at yet'}). ${loss?.next ?? ''}`, 400),
    );
