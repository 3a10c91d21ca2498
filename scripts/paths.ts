import path from 'node:path';

const root = path.dirname(import.meta.dirname);
export const inRoot = (...parts: string[]): string => path.join(root, ...parts);
/** What setup downloads and what a test leaves behind; ignored by git, safe to delete. */
export const testbed = (...parts: string[]): string => inRoot('.testbed', ...parts);
