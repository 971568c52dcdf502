import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { cleanPath, type PatternMatcher } from '../../../../common/ignore.ts';
import { readShellWord } from '../../dockerfile/shellWord.ts';
import { lineStartsOf, positionAt } from '../../position.ts';
import { copySources } from '../copySources.ts';
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
  check({ stages, escape: escapeToken }, report, { ignore, ignoreFile }) {
    if (!ignore || ignore.patterns.some(({ exception }) => exception)) return;
    for (const instruction of stages.flatMap((stage) => stage.instructions)) {
      if (instruction.flags.some(({ name, value }) => name === 'from' && value)) continue;
      for (const word of copySources(instruction)) {
        if (word.value.includes('$')) continue; // only the build knows
        const path = readShellWord(word.value, { escapeToken }).text;
        if (/^(?:https?|git|ssh):\/\/|^git@/.test(path) || !isIgnored(cleanPath(path), ignore)) continue;
        report(
          word.span,
          `.dockerignore keeps "${path}" out of the build, so ${instruction.keyword} will not find it.`,
          { fix: () => ignoreFile && letIn(cleanPath(path), ignoreFile) },
        );
      }
    }
  },
};

/** Source: MatchesOrParentMatches of moby/patternmatcher. */
function isIgnored(path: string, { patterns }: PatternMatcher): boolean {
  // The context as a whole is no file that could be left out, unless everything in it is.
  if (path === '.' || path === '/') return patterns.some(({ text }) => ['*', '**', '**/*'].includes(text));
  const parts = path.split('/');
  const parents = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
  return patterns.some((pattern) => pattern.test(path) || parents.some((parent) => pattern.test(parent)));
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
