import { messageOf, type Reported, severityName } from '../reported.ts';

/** `Dockerfile:3:1: warning DL3008: message`, lines and columns from 1, as compilers print it. */
export function toText(reported: readonly Reported[]): string {
  return reported.map(line).join('');
}

function line({ file, diagnostic }: Reported): string {
  const { range, code } = diagnostic;
  const place = `${file}:${range.start.line + 1}:${range.start.character + 1}`;
  return `${place}: ${severityName(diagnostic)} ${code}: ${messageOf(diagnostic)}\n`;
}
