import { messageOf, type Reported, severityName } from '../reported.ts';

const levels = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const;

/** A SARIF 2.1.0 log of one run. Source: OASIS, Static Analysis Results Interchange Format. */
export function toSarif(reported: readonly Reported[], version: string): string {
  const rules = new Map<string, string | undefined>();
  for (const { diagnostic } of reported) rules.set(String(diagnostic.code), diagnostic.codeDescription?.href);
  const ids = [...rules.keys()];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Gantry',
            version,
            rules: ids.map((id) => ({ id, ...(rules.get(id) !== undefined && { helpUri: rules.get(id) }) })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: reported.map(({ file, diagnostic }) => ({
          ruleId: diagnostic.code,
          ruleIndex: ids.indexOf(String(diagnostic.code)),
          level: levels[severityName(diagnostic)],
          message: { text: messageOf(diagnostic) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(file) },
                region: {
                  startLine: diagnostic.range.start.line + 1,
                  startColumn: diagnostic.range.start.character + 1,
                  endLine: diagnostic.range.end.line + 1,
                  endColumn: diagnostic.range.end.character + 1,
                },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** A path as a URI reference: relative ones stay relative, so that a log means the same in every checkout. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  if (/^[a-zA-Z]%3A\//.test(path)) return `file:///${path.replace('%3A', ':')}`;
  return path.startsWith('/') ? `file://${path}` : path;
}
