import assert from 'node:assert/strict';
import { codeActions } from '../../../../server/language/codeActions.ts';
import { diagnose } from '../../../../server/language/diagnostics/diagnose.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { shownText } from '../../../../server/language/shownText.ts';

describe('text that is shown', () => {
  const cases: readonly (readonly [name: string, text: string, shown: string])[] = [
    ['stays as it is', '"é 漢 😀 $X" is no port.', '"é 漢 😀 $X" is no port.'],
    ['shows controls', 'a\0b\tc\r\nd\u007f', 'a␀b␉c␍␊d␡'],
    ['shows what turns the direction of text', 'a\u202eb\u2066c\u200b', 'a<U+202E>b<U+2066>c<U+200B>'],
    ['shows controls beyond ASCII and line ends of Unicode', '\u0085\u2028', '<U+0085><U+2028>'],
    ['shows halves of characters', 'a\ud83d b', 'a<U+D83D> b'],
    ['cuts a word', `"${'x'.repeat(9000)}". Did you mean y?`, `"${'x'.repeat(79)}…". Did you mean y?`],
    ['cuts a word where a character would be halved', '😀'.repeat(99).slice(1), `<U+DE00>${'😀'.repeat(39)}<U+D83D>…`],
    ['cuts many words in the middle', 'ab '.repeat(400), `${'ab '.repeat(94).slice(0, 280)}…${'ab '.repeat(40)}`],
  ];
  for (const [name, text, shown] of cases) it(name, () => assert.equal(shownText(text), shown));

  const hostile: readonly (readonly [what: string, text: string])[] = [
    ['a keyword', `FROM a:1\n${'\0'.repeat(5000)} b`],
    ['a stage', `FROM a:1\nCOPY --from=${'x'.repeat(5000)}:y:z /a /b`],
    ['a flag', `FROM a:1\nRUN --${'x'.repeat(5000)}=1 ls`],
    ['a stage name', `FROM a:1 AS ${'X'.repeat(5000)}`],
    ['a heredoc', `FROM a:1\nRUN <<${'X'.repeat(5000)}\n`],
    ['a variable', `FROM scratch\nENV A=$${'x'.repeat(5000)}`],
    ['a key', `FROM scratch\nENV ${'x'.repeat(5000)} y`],
    ['a port', `FROM scratch\nEXPOSE ${'9'.repeat(5000)}`],
    ['words', `FROM scratch\nWORKDIR ${'9 '.repeat(1000)}`],
  ];
  for (const [what, text] of hostile)
    it(`repeats ${what} of any length in short`, () => {
      const dockerfile = parse(text);
      const messages = diagnose(dockerfile).map(({ message }) =>
        typeof message === 'string' ? message : message.value,
      );
      assert.notEqual(messages.length, 0);
      const end = { line: dockerfile.lineStarts.length, character: 0 };
      const titles = codeActions(dockerfile, 'file:///a', { start: { line: 0, character: 0 }, end }, undefined);
      for (const shown of [...messages, ...titles.map(({ title }) => title)]) {
        assert.ok(shown.length <= 500, `${shown.length} characters`);
        assert.doesNotMatch(shown, /\p{Cc}/u);
      }
    });
});
