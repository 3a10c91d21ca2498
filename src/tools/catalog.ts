import { z } from 'zod';
import { changeTools } from './changeTools.ts';
import { inspectTool } from './inspectTool.ts';
import { logsTool } from './logsTool.ts';
import { listingTools } from './readTools.ts';
import type { Tool } from './tool.ts';

/** Every tool, for every door; the manifest and the docs are made from this list. */
export const catalog: readonly Tool[] = [...listingTools, inspectTool, logsTool, ...changeTools];

export const toolByName = (name: string): Tool | undefined => catalog.find(tool => tool.name === name);

/** JSON schema of a tool's input as a manifest wants it: a plain object, closed, every array with its items. */
export function inputSchema(tool: Tool): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(tool.input, { io: 'input', target: 'draft-7' });
  return schema;
}
