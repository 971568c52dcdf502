import { readFile } from 'node:fs/promises';

/** What came of a suite. `failures` are the titles of the tests that failed, one for each counted in `failed`. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}

export const emptyReport: Report = { passed: 0, failed: 0, skipped: 0, failures: [] };

export const failure = (title: string): Report => ({ ...emptyReport, failed: 1, failures: [title] });

export const addReport = (a: Report, b: Report): Report => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
});

/** The report that test/support/reporter.cjs wrote. A suite that wrote none, or ran no test, has failed. */
export async function readReport(file: string, suite: string): Promise<Report> {
  const text = await readFile(file, 'utf8').catch(() => undefined); // never written: it ended before its tests did
  if (text === undefined) return failure(`${suite} ended without a result`);
  const report = JSON.parse(text) as Report;
  return report.passed + report.failed + report.skipped > 0 ? report : failure(`${suite} has no tests`);
}

/** `N passed, N failed`, and what was skipped if anything was. */
export const summary = ({ passed, failed, skipped }: Report): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
