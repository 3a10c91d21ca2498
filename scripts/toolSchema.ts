import * as z from 'zod';
import type { Tool } from '../src/tools/tool.ts';

/** The JSON schema of a tool's input as the manifest holds it. */
export function toolSchema(tool: Tool): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(tool.input, { io: 'input' });
  return schema;
}
