import assert from 'node:assert/strict';
import { codeOf, folderOf, importsOf, type SourceFile, sources } from './sources.ts';

interface Layer {
  /** Folders of src/ it may import besides itself; "folder/file" allows one file. */
  readonly ours: readonly string[];
  /** Packages it may import. */
  readonly packages?: readonly string[];
  /** `true` for every built-in module of Node. */
  readonly node?: true | readonly string[];
}

const pureBase = ['base/bounded', 'base/redact', 'base/safeRegex', 'base/safeText'];

/** Who may import whom; docs/house.md holds the same table in words. */
const layers: Readonly<Record<string, Layer>> = {
  base: { ours: [], packages: ['re2js'], node: ['node:crypto', 'node:perf_hooks', 'node:util'] },
  model: { ours: [], packages: ['zod'] },
  diagnose: { ours: ['model', ...pureBase] },
  decide: { ours: ['diagnose', 'model', ...pureBase] },
  connect: { ours: ['base'], packages: ['dockerode'], node: true },
  observe: { ours: ['connect', 'base', 'model'], node: true },
  act: { ours: ['connect', 'decide', 'diagnose', 'base', 'model'], node: true },
  remember: { ours: ['base', 'model'], node: true },
  engine: { ours: ['act', 'decide', 'diagnose', 'remember', 'base', 'model'], node: true },
  tools: { ours: ['engine', 'act', 'diagnose', 'base', 'model'], packages: ['zod'], node: true },
  ui: { ours: ['tools', 'engine', 'act', 'diagnose', 'base', 'model'], packages: ['vscode'], node: true },
};

/** Packages that one file keeps for itself. */
const keptBy: Readonly<Record<string, readonly string[]>> = {
  re2js: ['src/base/safeRegex.ts'],
  dockerode: ['src/connect/dockerApi.ts'],
  'node:sqlite': ['src/remember/store.ts'],
  vscode: ['src/ui/', 'src/extension.ts', 'src/main.ts'],
};

/** A type costs nothing at run time, so a port may be named from the layer that it serves. A package stands by its name. */
const typesFrom: Readonly<Record<string, readonly string[]>> = {
  observe: ['engine/port'],
  connect: ['model'],
  act: ['engine/port'],
  ui: ['zod'],
};

/** What the pure core must not touch: the same facts must give the same beliefs. */
const impure: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)/, 'the clock is an argument'],
  [/\bMath\.random\b|\brandomUUID\b/, 'no chance'],
  [/\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'no timers'],
  [/\bprocess\.|\bperformance\b|\bfetch\(/, 'no world outside'],
  [/\bawait\b|\basync\b/, 'values in, values out'],
];

const within = (target: string, allowed: readonly string[]): boolean =>
  allowed.some(entry => target === `src/${entry}.ts` || target.startsWith(`src/${entry}/`));

function mayImport(file: SourceFile, target: string, typeOnly: boolean): boolean {
  const folder = folderOf(file.name);
  const layer = layers[folder];
  if (layer === undefined) return folder === 'door';
  if (typeOnly && typesFrom[folder]?.includes(target)) return true;
  if (target.startsWith('src/')) return within(target, [folder, ...layer.ours, ...(typeOnly ? (typesFrom[folder] ?? []) : [])]);
  if (target.startsWith('node:')) return layer.node === true || (layer.node ?? []).includes(target);
  return (layer.packages ?? []).includes(target);
}

/** Circles among imports that exist at run time or not, each told once from its first file. */
function cycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map(file => [file.name, importsOf(file).map(({ target }) => target)]));
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    const at = trail.indexOf(name);
    if (at >= 0) found.add([...trail.slice(at), name].join(' > '));
    if (at >= 0 || done.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next, [...trail, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return [...found];
}

const offences = (files: readonly SourceFile[], pattern: RegExp, why: string): string[] =>
  files.flatMap(file =>
    codeOf(file.text)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file.name}:${index + 1}: ${why}: ${line.trim()}`] : [])),
  );

describe('the layers', () => {
  const files = sources();

  it('hold: a folder imports only what the table allows', () => {
    const wrong = files.flatMap(file =>
      importsOf(file)
        .filter(({ target, typeOnly }) => !mayImport(file, target, typeOnly))
        .map(({ target }) => `${file.name} imports ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('name every folder of src', () => {
    const folders = new Set(files.map(file => folderOf(file.name)).filter(folder => folder !== 'door'));
    assert.deepEqual([...folders].sort(), Object.keys(layers).sort());
  });

  it('keep some packages in one place', () => {
    const wrong = files.flatMap(file =>
      importsOf(file)
        .filter(({ target, typeOnly }) => !typeOnly && keptBy[target]?.every(place => !file.name.startsWith(place)))
        .map(({ target }) => `${file.name} imports ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('have no circles', () => {
    assert.deepEqual(cycles(files), []);
  });

  it('find a circle where there is one', () => {
    const circle = [
      { name: 'src/a/x.ts', text: "import { y } from '../b/y.ts';" },
      { name: 'src/b/y.ts', text: "import { x } from '../a/x.ts';" },
    ];
    assert.deepEqual(cycles(circle), ['src/a/x.ts > src/b/y.ts > src/a/x.ts']);
  });

  it('keep clock, chance and the world out of diagnose and decide', () => {
    const core = files.filter(file => ['diagnose', 'decide'].includes(folderOf(file.name)));
    assert.deepEqual(
      impure.flatMap(([pattern, why]) => offences(core, pattern, why)),
      [],
    );
  });
});

describe('the language', () => {
  // In a named re-export the word "default" is no default export.
  const banned: readonly (readonly [RegExp, string])[] = [
    [/^\s*export\s+default\b/, 'no default exports'],
    [/\bas an[y]\b|:\s*an[y]\b|<an[y]\b|\ban[y]\[\]/, 'no any'],
    [/^\s*(export\s+)?(declare\s+|const\s+)?enum\s/, 'no enums'],
    [/^\s*(export\s+)?(declare\s+)?namespace\s/, 'no namespaces'],
    [/^\s*export\s+(\*|\{[^}]*\})\s+from\b/, 'no barrels'],
    [/[\w)\]]!(\.|\[|;|,|\))/, 'no "!"'],
  ];

  it('is spoken the same way everywhere', () => {
    const files = sources('{src,test,scripts}/**/*.ts');
    assert.deepEqual(
      banned.flatMap(([pattern, why]) => offences(files, pattern, why)),
      [],
    );
  });
});
