// Prints, as JSON in ms, what loading the packed code costs in a process that has nothing else to do: the starter with its call of
// `activate` up to the first await, then the engine with its faces. VS Code is stood in for.
const { globSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const anything = new Proxy(function vscode() {}, {
  get: (target, key) => (key === 'prototype' ? target.prototype : anything),
  apply: () => anything,
  construct: () => anything,
});
const dist = process.argv[2];
const file = name => path.join(dist, name);
// The bundle copies what the module has, so every name that the code asks for must be there, and no more.
const sources = globSync('src/**/*.ts', { cwd: path.dirname(dist) }).map(name => readFileSync(path.join(path.dirname(dist), name), 'utf8'));
const names = new Set(sources.flatMap(text => [...text.matchAll(/\bvscode\.([A-Za-z]+)/g)].map(match => match[1])));
const vscode = Object.fromEntries([...names].map(name => [name, anything]));
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));

const begun = performance.now();
const { activate } = require(file('extension.cjs'));
const pending = activate({ subscriptions: [] });
const given = performance.now();
require(file('main.cjs'));
const loaded = performance.now();
process.stdout.write(JSON.stringify({ starter: given - begun, engine: loaded - given }));
Promise.resolve(pending).catch(() => undefined);
process.exit(0);
