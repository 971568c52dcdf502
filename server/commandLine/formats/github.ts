import { messageOf, type Reported, severityName } from '../reported.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' } as const;

/** GitHub Actions' workflow commands, which it shows at the lines of a pull request. Source: its documentation. */
export function toGithub(reported: readonly Reported[]): string {
  return reported
    .map(({ file, diagnostic }) => {
      const { range, code } = diagnostic;
      const properties = {
        file,
        line: range.start.line + 1,
        endLine: range.end.line + 1,
        // Columns count in one line only.
        ...(range.start.line === range.end.line && {
          col: range.start.character + 1,
          endColumn: range.end.character + 1,
        }),
        title: code,
      };
      const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      return `::${commands[severityName(diagnostic)]} ${list.join(',')}::${escapeData(messageOf(diagnostic))}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
