import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface EnterRule {
  readonly beforeText: string;
  readonly previousLineText?: string;
  readonly action: { readonly indent: string };
}

const configuration: { onEnterRules: readonly EnterRule[]; wordPattern: string } = JSON.parse(
  readFileSync('syntaxes/dockerfile.language-configuration.json', 'utf8'),
);

/** What Enter does after `before`, under `previous`, as VS Code picks it: the first rule that fits. */
function indent(previous: string, before: string): string {
  const fits = (pattern: string | undefined, text: string) => pattern === undefined || new RegExp(pattern).test(text);
  const rule = configuration.onEnterRules.find(
    ({ beforeText, previousLineText }) => fits(beforeText, before) && fits(previousLineText, previous),
  );
  return rule?.action.indent ?? 'keep';
}

describe('language configuration', () => {
  for (const [reason, previous, before, expected] of [
    ['indents after the first continued line', '', 'RUN a \\', 'indent'],
    ['indents after a backtick that continues', '', 'RUN a `', 'indent'],
    ['keeps the indentation of continued lines', 'RUN a \\', '    b \\', 'keep'],
    ['returns at the end of the instruction', 'RUN a \\', '    b', 'outdent'],
    ['returns to nothing that was not indented', 'RUN a \\', 'b', 'keep'],
    ['leaves a doubled escape alone', '', 'RUN a \\\\', 'keep'],
    ['leaves a command substitution alone', '', 'RUN a=`b`', 'keep'],
    ['leaves a comment alone', '', '# a \\', 'keep'],
    ['leaves the body of a heredoc alone', 'RUN <<EOF', '  if a', 'keep'],
  ] as const) {
    it(reason, () => assert.equal(indent(previous, before), expected));
  }

  for (const [text, words] of [
    ['node:22-alpine', ['node', '22-alpine']],
    ['$VERSION-alpine', ['VERSION', 'alpine']],
    ['--from=build', ['from', 'build']],
    ['${A_B:-1.2.3}', ['A_B', '1.2.3']],
  ] as const) {
    it(`takes ${text} as ${words.join(' and ')}`, () => {
      assert.deepEqual(text.match(new RegExp(configuration.wordPattern, 'g')), words);
    });
  }
});
