// Mocha's own `spec` on the terminal, and the result as JSON in the file that GANTRY_TEST_REPORT names.
// Plain JavaScript: it is also loaded by the extension host of a desktop VS Code.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants;

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
      if (process.env.GANTRY_TEST_REPORT) writeFileSync(process.env.GANTRY_TEST_REPORT, JSON.stringify(result));
    });
  }
};
