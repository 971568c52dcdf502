/** A parser directive, documented in Markdown. */
export interface DirectiveDocs {
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  readonly values: readonly string[];
}

export const directiveDocs: readonly DirectiveDocs[] = [
  {
    name: 'syntax',
    summary: 'The frontend that reads this file, as an image. It lets an older engine build newer syntax.',
    example: '# syntax=docker/dockerfile:1',
    values: ['docker/dockerfile:1', 'docker/dockerfile:1-labs'],
  },
  {
    name: 'escape',
    summary:
      'The character that continues a line and escapes others: the backslash, or the backtick for Windows paths.',
    example: '# escape=`',
    values: ['\\', '`'],
  },
  {
    name: 'check',
    summary:
      'Configures BuildKit’s checks: `skip` leaves some or all out, `error=true` makes their warnings fail the build.',
    example: '# check=skip=JSONArgsRecommended;error=true',
    values: ['skip=', 'skip=all', 'error=true'],
  },
];

export const directivesUrl = 'https://docs.docker.com/reference/dockerfile/#parser-directives';
