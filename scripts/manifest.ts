import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { catalog } from '../src/tools/catalog.ts';
import { inRoot } from './paths.ts';
import { main, say } from './say.ts';
import { toolSchema } from './toolSchema.ts';

interface Entry {
  readonly name: string;
}

/** Writes the catalogue's names, descriptions and input schemas into package.json; what else stands in an entry stays. */
function update(): number {
  const file = inRoot('package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { contributes: { languageModelTools?: readonly Entry[] } };
  const held = new Map((manifest.contributes.languageModelTools ?? []).map(entry => [entry.name, entry]));
  const entries = catalog.map(tool => ({
    ...{ name: tool.name, displayName: tool.title, canBeReferencedInPrompt: true },
    ...{ toolReferenceName: tool.name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) },
    ...held.get(tool.name),
    ...{ modelDescription: tool.description, inputSchema: toolSchema(tool) },
  }));
  const text = JSON.stringify({ ...manifest, contributes: { ...manifest.contributes, languageModelTools: entries } }, undefined, 2);
  writeFileSync(`${file}.tmp`, `${text}\n`);
  renameSync(`${file}.tmp`, file);
  return entries.length;
}

await main(async () => {
  say(`package.json holds ${update()} tools of the catalogue.`);
  return undefined;
});
