// Mocha reporter for `npm test`: one short line per file, failures in full at once, the counts as JSON at the end.
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const Mocha = require('mocha');

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END, EVENT_TEST_BEGIN } = Mocha.Runner.constants;

class Counts extends Mocha.reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const total = { passed: 0, failed: 0, skipped: [], failures: [] };
    const file = options.reporterOptions?.output ?? process.env.DOZOR_TEST_COUNTS;
    const tell = options.reporterOptions?.print ?? (text => process.stdout.write(text));
    let current;
    let held = 0;
    let from = Date.now();
    const close = () => {
      if (current !== undefined) tell(`    ${path.relative(process.cwd(), current)} ${held} (${Date.now() - from} ms)\n`);
    };
    runner.on(EVENT_TEST_BEGIN, test => {
      if (test.file === current) return;
      close();
      [current, held, from] = [test.file, 0, Date.now()];
    });
    runner.on(EVENT_TEST_PASS, () => {
      held++;
      total.passed++;
    });
    runner.on(EVENT_TEST_PENDING, test => total.skipped.push(test.fullTitle()));
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      total.failed++;
      total.failures.push(test.fullTitle());
      tell(
        `    FAILED ${test.fullTitle()} (${test.file === undefined ? '' : path.relative(process.cwd(), test.file)})\n      ${String(error.stack ?? error).replaceAll('\n', '\n      ')}\n`,
      );
    });
    runner.on(EVENT_RUN_END, () => {
      close();
      if (file !== undefined) writeFileSync(file, JSON.stringify(total));
    });
  }
}

module.exports = Counts;
