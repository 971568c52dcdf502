// Mocha's own `spec`, and the result as JSON in the file that GANTRY_TEST_REPORT names. GANTRY_TEST_OUTPUT names a file
// for what `spec` prints, where the terminal belongs to VS Code's log.
// Plain JavaScript: it is also loaded by the extension host of a desktop VS Code.
const { appendFileSync, writeFileSync } = require('node:fs');
const { format } = require('node:util');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants;

const { GANTRY_TEST_OUTPUT: output, GANTRY_TEST_REPORT: report } = process.env;
if (output) reporters.Base.consoleLog = (...args) => appendFileSync(output, `${format(...args)}\n`);

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const result = { passed: 0, failed: 0, skipped: 0, failures: [] };
    runner.on(EVENT_TEST_PASS, () => {
      result.passed++;
    });
    runner.on(EVENT_TEST_PENDING, () => {
      result.skipped++;
    });
    // Failing hooks arrive here too.
    runner.on(EVENT_TEST_FAIL, (test) => {
      result.failed++;
      result.failures.push(test.fullTitle());
    });
    runner.once(EVENT_RUN_END, () => {
      if (report) writeFileSync(report, JSON.stringify(result));
    });
  }
};
