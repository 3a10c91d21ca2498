import { changeTools } from './changeTools.ts';
import { inspectTool } from './inspectTool.ts';
import { investigateTool } from './investigateTool.ts';
import { logsTool } from './logsTool.ts';
import { listingTools } from './readTools.ts';
import type { Tool } from './tool.ts';

/** Every tool, for every door; the manifest and the docs are made from this list. */
export const catalog: readonly Tool[] = [...listingTools, investigateTool, inspectTool, logsTool, ...changeTools];
