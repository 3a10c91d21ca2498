import type { z } from 'zod';
import type { Confirm, Engine } from '../engine/port.ts';
import type { Asker, Effect } from '../model/action.ts';

/** Longest result in characters: above 8,192 VS Code moves a result into a file and the model sees a stub. */
export const resultLimit = 6000;

/** `text` is verdict first, fenced, and at most `resultLimit` characters; `data` is the same, typed, for programs. */
export interface ToolResult {
  readonly status: 'ok' | 'no-data' | 'error' | 'needs-approval';
  readonly text: string;
  readonly data?: unknown;
}

export interface ToolContext {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly askedBy: Asker;
  /** Asks a person; a door where nobody can be asked answers false. */
  readonly confirm: Confirm;
  readonly now: () => number;
}

/** One definition for every door: chat, language model tools, MCP, command line. */
export interface Tool<Input extends z.ZodType = z.ZodType> {
  /** With the prefix `dozor_`. */
  readonly name: string;
  /** For people; a title. */
  readonly title: string;
  /** For models: what, what it returns, when, when not, limits. */
  readonly description: string;
  readonly input: Input;
  readonly effect: Effect | 'attention';
  /** "Triaging shop on local": shown while it runs. Gets checked input. */
  running(input: z.infer<Input>): string;
  run(input: z.infer<Input>, context: ToolContext): Promise<ToolResult>;
}
