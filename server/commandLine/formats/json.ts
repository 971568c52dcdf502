import { messageOf, type Reported, severityName } from '../reported.ts';

/** An array of `{file, range, severity, code, message}`; the range as in the LSP: from 0, characters in UTF-16. */
export function toJson(reported: readonly Reported[]): string {
  const findings = reported.map(({ file, diagnostic }) => ({
    file,
    range: diagnostic.range,
    severity: severityName(diagnostic),
    code: diagnostic.code,
    message: messageOf(diagnostic),
  }));
  return `${JSON.stringify(findings, undefined, 2)}\n`;
}
