import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { PatternMatcher } from '../../../../common/ignore.ts';
import { patternPlace } from '../../ignore/patternPlace.ts';
import { lineStartsOf, positionAt } from '../../position.ts';
import { contextSources } from '../copySources.ts';
import { lineBreakIn } from '../fixes.ts';
import type { Fix, Knowledge, Rule } from '../rule.ts';

/**
 * A source in the build context that .dockerignore keeps out of it. Silent where .dockerignore has exceptions, which make
 * it hard to say. Source: validateCopySourcePath in BuildKit's validations.go.
 */
export const copyIgnoredFile: Rule = {
  name: 'CopyIgnoredFile',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: ['FROM', 'COPY', 'ADD'],
  check(dockerfile, report, { ignore, ignoreFile }) {
    if (!ignore || ignore.patterns.some(({ exception }) => exception)) return;
    for (const { instruction, word, written, path } of contextSources(dockerfile)) {
      const pattern = ignoring(path, ignore);
      if (pattern < 0) continue;
      const elsewhere = ignoreFile && patternPlace(ignoreFile, pattern);
      report(
        word.span,
        `.dockerignore keeps "${written}" out of the build, so ${instruction.keyword} will not find it.`,
        {
          ...(elsewhere && { related: { span: word.span, message: 'This pattern keeps it out.', elsewhere } }),
          fix: () => ignoreFile && letIn(path, ignoreFile),
        },
      );
    }
  },
};

/** Index of the pattern that leaves a path out; -1 where none does. Source: MatchesOrParentMatches of moby/patternmatcher. */
function ignoring(path: string, { patterns }: PatternMatcher): number {
  // The context as a whole is no file that could be left out, unless everything in it is.
  if (path === '.' || path === '/') return patterns.findIndex(({ text }) => ['*', '**', '**/*'].includes(text));
  const parts = path.split('/');
  const parents = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
  return patterns.findIndex((pattern) => pattern.test(path) || parents.some((parent) => pattern.test(parent)));
}

/** An exception behind all the rules, which wins over them. */
function letIn(path: string, { uri, text }: NonNullable<Knowledge['ignoreFile']>): Fix | undefined {
  const relative = path.replace(/^\/+/, '');
  if (relative === '' || relative === '.') return undefined;
  const end = positionAt({ text, lineStarts: lineStartsOf(text) }, text.length);
  const lineBreak = lineBreakIn(text);
  const newText = `${text === '' || text.endsWith('\n') ? '' : lineBreak}!${relative}${lineBreak}`;
  const elsewhere = { uri, edits: [{ range: { start: end, end }, newText }] };
  return { title: `Let "${relative}" into the build in .dockerignore`, edits: [], elsewhere, safe: false };
}
