import assert from 'node:assert/strict';
import { issueSummary, reportText } from '../../src/act/message.ts';
import { nextStep } from '../../src/act/nextStep.ts';
import { assess } from '../../src/diagnose/assess.ts';
import { recognise } from '../../src/diagnose/knownPatterns.ts';
import type { Category, Evidence, Issue } from '../../src/model/issue.ts';
import { dead, evidence, facts, issue, now, report, view, world } from './some.ts';

const said = (line: string, over: Partial<Evidence> = {}): Evidence => {
  const found = recognise(line, 'error');
  assert.ok(found !== undefined, line);
  return evidence(line, { known: { row: found.row.id, ...found.values }, ...over });
};
const caused = (category: Category, line: string): Issue => issue({ category, evidence: [said(line)] });
const ended = world([dead(1, 60_000)]);

describe('An issue with a known cause', () => {
  const claims: readonly [Category, string, string][] = [
    ['config_error', "KeyError: 'DATABASE_URL'", 'lacks a setting it needs: DATABASE_URL'],
    ['disk_full', "dd: error writing '/data/x': No space left on device", 'ran out of disk space at /data/x'],
    ['resource_limit', 'Error: listen EADDRINUSE: address already in use :::3000', 'found its port 3000 already in use'],
    ['network', 'Error: getaddrinfo ENOTFOUND postgres', 'cannot find the host postgres'],
    ['network', 'dial tcp 172.18.0.5:5432: connect: connection refused', 'is refused by 172.18.0.5:5432'],
    ['start_error', "Error: Cannot find module 'express'", 'cannot find the module express'],
    ['latency', 'connect ETIMEDOUT 10.0.0.9:443', 'waits too long for 10.0.0.9:443'],
  ];
  for (const [category, line, claim] of claims)
    it(`is told as: ${claim}`, () =>
      assert.equal(
        issueSummary(caused(category, line), ended, now),
        `web (shop) ${claim} and exited with code 1 2 s after it started: "${line}"`,
      ));

  it('has no death in its words while the service runs', () => {
    const summary = issueSummary(caused('disk_full', 'write /data/x: no space left on device'), world([view()]), now);
    assert.equal(summary, 'web (shop) ran out of disk space at /data/x: "write /data/x: no space left on device"');
  });

  it('is told in general words where the line is of another category, or unknown', () => {
    const general = /^web \(shop\) has a wrong or missing setting and exited/;
    assert.match(issueSummary(caused('config_error', 'write /x: no space left on device'), ended, now), general);
    assert.match(issueSummary(issue({ category: 'config_error' }), ended, now), general);
    const gone = evidence('x', { known: { row: 'gone/row' } });
    assert.match(issueSummary(issue({ category: 'config_error', evidence: [gone] }), ended, now), general);
  });

  it('says what to do next, with the name the line gives', () => {
    assert.equal(
      nextStep(caused('config_error', "KeyError: 'DATABASE_URL'")),
      'Set DATABASE_URL in the environment or env file of the service, and recreate it.',
    );
    assert.equal(
      nextStep(caused('resource_limit', 'OSError: [Errno 98] Address already in use')),
      'Stop what holds the port, or give the service another one.',
    );
    assert.equal(nextStep(issue({ evidence: [evidence('ERROR cannot open queue')] })), undefined);
  });

  it('takes the step of its own category before that of a heavier line of another', () => {
    const both = [said('panic: nil map', { weight: 9 }), said('write /data/x: no space left on device', { weight: 1 })];
    assert.match(nextStep(issue({ category: 'disk_full', evidence: both })) ?? '', /^Free space where it writes: \/data\/x/);
    assert.match(nextStep(issue({ category: 'app_crash', evidence: both })) ?? '', /^Read the lines below it/);
  });
});

describe('The next step in a report', () => {
  const given = report({ health: 'critical', issues: [caused('config_error', "KeyError: 'DATABASE_URL'")] });

  it('stands on one line in every form', () => {
    assert.match(reportText(given, ended, 'plain'), /^ {4}next: Set DATABASE_URL in the environment .*\.$/m);
    assert.match(reportText(given, ended, 'markdown'), /^ {2}- next\\: Set DATABASE\\_URL in the environment .*$/m);
    const [ours] = reportText(given, ended, 'model').split('<<<DATA');
    assert.match(ours ?? '', /^ {3}next: Set DATABASE_URL in the environment .*$/m);
  });

  it('is left out where none is known', () => {
    const unknown = report({ issues: [issue({ evidence: [evidence('ERROR cannot open queue')] })] });
    for (const form of ['plain', 'markdown', 'model'] as const) assert.doesNotMatch(reportText(unknown, ended, form), /next\\?: [A-Z]/);
  });

  it('shows no long text of others as a name', () => {
    const long = issue({
      category: 'start_error',
      evidence: [evidence('x', { known: { row: 'module/node', name: 'ignore-all-'.repeat(15) } })],
    });
    assert.ok((nextStep(long) ?? '').length < 220);
    assert.doesNotMatch(nextStep(long) ?? '', /(?:ignore-all-){8}/);
  });
});

describe('The next step of what could not start', () => {
  const refused: readonly [string, RegExp][] = [
    [
      'driver failed programming external connectivity on endpoint a: Bind for 0.0.0.0:8080 failed: port is already allocated',
      /^Stop what holds the port 8080,/,
    ],
    [
      'failed to create task: exec: "/app/server": stat /app/server: no such file or directory: unknown',
      /^Correct the command or entrypoint/,
    ],
    [
      'error mounting "/srv/a.conf" to rootfs at "/etc/a.conf": not a directory',
      /^See that both ends of the mount of \/srv\/a\.conf are files/,
    ],
  ];
  for (const [error, step] of refused)
    it(`comes from the words of the engine: ${error}`, () => {
      const there = dead(128, 60_000, { state: 'created', exitCode: 128, error }, { state: 'created' });
      const [found] = assess({ ...there, deaths: [], moments: [] }, undefined, now);
      assert.equal(found?.category, 'start_error');
      assert.match(found === undefined ? '' : (nextStep(found) ?? ''), step);
      assert.match(found === undefined ? '' : issueSummary(found, world([there]), now), /^web \(shop\) could not start: "/);
    });
});

describe('A service that flaps', () => {
  const sick = { health: 'unhealthy', hasHealthcheck: true, healthLast: { exit: 1, output: 'no\nupstream \u202e' } } as const;
  const flapping = issue({
    category: 'flapping',
    evidence: [evidence('8 changes in 9 min', { kind: 'flap.percent', from: 'inspect', what: 'it went up and down: 8 changes in 9 min' })],
  });

  it('is told by how often it changed, without what its log or its check said', () =>
    assert.equal(
      issueSummary(flapping, world([view({ facts: facts(sick) })]), now)
        .split(':')
        .slice(0, 2)
        .join(':'),
      'web (shop) goes up and down again and again: 8 changes in 9 min',
    ));

  it('leads to what changes between its good and its bad times', () => {
    assert.equal(nextStep(flapping, world([view()])), 'Look at what changes between: its log, its load, what it needs.');
    assert.match(nextStep(flapping, world([dead(3, 60_000)])) ?? '', /its exit codes \(3\)/);
  });

  it('leads to the answers of its check, as text that shows nothing else', () => {
    const step = nextStep(flapping, world([view({ facts: facts(sick) })])) ?? '';
    assert.match(step, /^Look at what changes between: the answers of its health check \(now "no/);
    assert.doesNotMatch(step, /[\p{Cc}\p{Cf}]/u);
    assert.match(
      nextStep(flapping, world([view({ facts: facts({ health: 'healthy', hasHealthcheck: true }) })])) ?? '',
      /between: the answers of its health check, /,
    );
  });
});
