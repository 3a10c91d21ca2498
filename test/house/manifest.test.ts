import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from '../../scripts/paths.ts';
import { toolSchema } from '../../scripts/toolSchema.ts';
import { defaultSettings, settingSchemas } from '../../src/model/settings.ts';
import { catalog } from '../../src/tools/catalog.ts';
import { sources } from './sources.ts';

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
}
interface MenuItem {
  readonly command?: string;
  readonly when?: string;
  readonly group?: string;
  readonly submenu?: string;
}
interface Setting {
  readonly scope?: string;
  readonly order?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
}
interface SettingPage {
  readonly order?: number;
  readonly properties: Readonly<Record<string, Setting>>;
}
interface ToolEntry {
  readonly name: string;
  readonly toolReferenceName?: string;
  readonly modelDescription?: string;
  readonly userDescription?: string;
  readonly inputSchema?: unknown;
}
interface Manifest {
  readonly activationEvents?: readonly string[];
  readonly capabilities?: { readonly untrustedWorkspaces?: { readonly supported?: unknown }; readonly virtualWorkspaces?: unknown };
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings?: readonly MenuItem[];
    readonly submenus?: readonly { readonly id: string }[];
    readonly configuration: SettingPage | readonly SettingPage[];
    readonly languageModelTools: readonly ToolEntry[];
    readonly viewsWelcome?: readonly { readonly contents: string }[];
  };
}

const text = readFileSync(inRoot('package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const nls = JSON.parse(readFileSync(inRoot('package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;

const commands = contributes.commands.map(({ command }) => command);
/** A command's handler stands in a table of src/ui under its id. */
const handled = sources('src/ui/*.ts').flatMap(file => [...file.text.matchAll(/^\s+'(dozor\.\w+)':/gm)].map(match => match[1] ?? ''));
const pages = [contributes.configuration].flat();
const settings = pages.flatMap(page => Object.entries(page.properties));

/** Every object inside a value, the value itself first. */
function objectsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

describe('the commands of the manifest', () => {
  it('have a handler each, and each handler has a command', () => {
    assert.deepEqual([...commands].sort(), [...new Set(handled)].sort());
  });

  it('belong to the category Dozor and have a title', () => {
    const title = (command: Command) => nls[command.title.replaceAll('%', '')] ?? command.title;
    assert.deepEqual(
      contributes.commands.filter(
        command => (nls[command.category?.replaceAll('%', '') ?? ''] ?? command.category) !== 'Dozor' || title(command).length < 3,
      ),
      [],
    );
  });

  it('stand in the menus only when they exist, and submenus too', () => {
    const items = [...Object.values(contributes.menus).flat(), ...(contributes.keybindings ?? [])];
    const submenus = (contributes.submenus ?? []).map(({ id }) => id);
    assert.deepEqual(
      items.filter(
        item =>
          (item.command !== undefined && !commands.includes(item.command)) ||
          (item.submenu !== undefined && !submenus.includes(item.submenu)),
      ),
      [],
    );
  });

  it('are offered by the welcome texts only when they exist', () => {
    const offered = (contributes.viewsWelcome ?? []).flatMap(({ contents }) => {
      const words = nls[contents.replaceAll('%', '')] ?? contents;
      return [...words.matchAll(/\(command:(dozor\.\w+)/g)].map(match => match[1] ?? '');
    });
    assert.deepEqual(
      offered.filter(command => !commands.includes(command)),
      [],
    );
  });

  it('take part in the row menus at most three times inline', () => {
    const inline = (contributes.menus['view/item/context'] ?? []).filter(({ group }) => group?.startsWith('inline'));
    const names = new Set(inline.map(({ command }) => command));
    assert.ok(names.size > 0 && names.size <= 3, [...names].join(', '));
  });
});

describe('the settings of the manifest', () => {
  it('are exactly those that are read', () => {
    const names = settings.map(([name]) => name);
    assert.deepEqual(
      [...names].sort(),
      Object.keys(settingSchemas)
        .map(name => `dozor.${name}`)
        .sort(),
    );
  });

  it('have the defaults of the code', () => {
    const defaults = Object.fromEntries(settings.map(([name, setting]) => [name.slice('dozor.'.length), setting.default]));
    assert.deepEqual(defaults, { ...defaultSettings });
  });

  it('have a scope each, an order and a text; servers can only be set for the machine', () => {
    const wrong = settings.filter(
      ([, setting]) =>
        !['machine', 'application', 'window', 'resource'].includes(setting.scope ?? '') ||
        setting.order === undefined ||
        (setting.markdownDescription ?? setting.description) === undefined,
    );
    assert.deepEqual(wrong, []);
    assert.equal(Object.fromEntries(settings)['dozor.servers']?.scope, 'machine');
  });
});

describe('the tools of the manifest', () => {
  it('are those of the catalogue, word for word (npm run manifest)', () => {
    const held = contributes.languageModelTools.map(({ name, modelDescription, inputSchema }) => ({ name, modelDescription, inputSchema }));
    const wanted = catalog.map(tool => ({ name: tool.name, modelDescription: tool.description, inputSchema: toolSchema(tool) }));
    assert.deepEqual(held, JSON.parse(JSON.stringify(wanted)));
  });

  it('have items for every array and an object at the top', () => {
    for (const tool of contributes.languageModelTools) {
      assert.equal((tool.inputSchema as { type?: string }).type, 'object', tool.name);
      assert.deepEqual(
        objectsIn(tool.inputSchema).filter(schema => schema['type'] === 'array' && schema['items'] === undefined),
        [],
      );
    }
  });

  it('have names VS Code takes, a reference name with our prefix and a text for people; at most 14', () => {
    const wrong = contributes.languageModelTools.filter(
      tool => !/^dozor_[\w-]+$/.test(tool.name) || !/^dozor[A-Z]\w+$/.test(tool.toolReferenceName ?? '') || !tool.userDescription,
    );
    assert.deepEqual(wrong, []);
    assert.ok(contributes.languageModelTools.length <= 14);
  });
});

describe('the manifest', () => {
  it('never activates for everything', () => {
    assert.ok(!(manifest.activationEvents ?? []).some(event => event.includes('*')));
  });

  it('says what works in workspaces that are not trusted or not on disk', () => {
    assert.equal(manifest.capabilities?.untrustedWorkspaces?.supported, 'limited');
    assert.notEqual(manifest.capabilities?.virtualWorkspaces, undefined);
  });

  it('has a text for every key, and a key for every text', () => {
    const used = new Set([...text.matchAll(/"%([^%"]+)%"/g)].map(match => match[1] ?? ''));
    assert.deepEqual([...used].sort(), Object.keys(nls).sort());
  });

  it('names pictures that exist', () => {
    const named = [...text.matchAll(/"(?:\.\/)?(media\/[^"]+)"/g)].map(match => match[1] ?? '');
    assert.deepEqual(
      named.filter(file => !existsSync(inRoot(file))),
      [],
    );
  });
});
