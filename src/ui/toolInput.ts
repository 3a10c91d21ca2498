import type { z } from 'zod';
import { displaySafe } from '../base/safeText.ts';
import type { Tool } from '../tools/tool.ts';

/** Checked input of a tool. Throws with what is wrong and what to do, because a model reads the message and tries again. */
export function readInput(tool: Tool, input: unknown): z.infer<Tool['input']> {
  const read = tool.input.safeParse(input ?? {});
  if (read.success) return read.data;
  const wrong = read.error.issues.slice(0, 3).map(issue => `${issue.path.join('.') || 'input'}: ${displaySafe(issue.message, 160)}`);
  throw new Error(`${tool.name} cannot read its input: ${wrong.join('; ')}. Correct it and call the tool again.`);
}
