import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../scripts/paths.ts';

export interface SourceFile {
  /** From the root, with slashes: "src/base/time.ts". */
  readonly name: string;
  readonly text: string;
}

export interface Import {
  /** As written, a relative one resolved to a name from the root. */
  readonly target: string;
  readonly typeOnly: boolean;
}

export function sources(pattern = 'src/**/*.ts'): SourceFile[] {
  return globSync(pattern, { cwd: inRoot() })
    .map(name => name.replaceAll('\\', '/'))
    .sort()
    .map(name => ({ name, text: readFileSync(inRoot(name), 'utf8') }));
}

const statement = /^(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const dynamic = /\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g;

/** The folder of src/ a file belongs to; a file in src/ itself is a door. */
export const folderOf = (name: string): string => (name.split('/').length > 2 ? (name.split('/')[1] ?? '') : 'door');

export function importsOf(file: SourceFile): Import[] {
  const found = [
    ...[...file.text.matchAll(statement)].map(match => ({ target: match[2] ?? '', typeOnly: match[1] !== undefined })),
    ...[...file.text.matchAll(dynamic)].map(match => ({ target: match[1] ?? '', typeOnly: false })),
  ];
  return found.map(({ target, typeOnly }) => ({
    target: target.startsWith('.') ? path.posix.join(path.posix.dirname(file.name), target) : target,
    typeOnly,
  }));
}

/** The same text with comments and the insides of strings blanked, lines kept: what is left is code. */
export function codeOf(text: string): string {
  const blank = (match: string): string => match.replace(/[^\n]/g, ' ');
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, blank);
}
