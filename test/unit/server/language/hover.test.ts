import assert from 'node:assert/strict';
import { MarkupContent } from 'vscode-languageserver-types';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { instructionDocs } from '../../../../server/language/docs/instructions.ts';
import { hover } from '../../../../server/language/hover/hover.ts';
import { atCursor } from '../../../support/cursor.ts';
import { tokenizer } from '../../../support/tokenize.ts';

function hoverText(marked: string): string {
  const { text, offset } = atCursor(marked);
  const contents = hover(parse(text), offset)?.contents;
  return MarkupContent.is(contents) ? contents.value : '';
}

describe('hover', () => {
  it('explains an instruction, whatever its case', () => {
    assert.match(hoverText('FROM a\nwork<|>dir /x'), /Sets the folder[\s\S]*reference\/dockerfile\/#workdir/);
  });
  it('shows nothing of an instruction in the colour of a mistake', async () => {
    const tokenize = await tokenizer('source.dockerfile');
    const wrong = Object.values(instructionDocs).flatMap(({ syntax, example }) =>
      tokenize(`${syntax}\n${example}`).filter(({ scopes }) =>
        scopes.some((scope) => scope.startsWith('invalid.illegal')),
      ),
    );
    assert.deepEqual(wrong, []);
  });
  it('counts a single instruction as one', () => {
    assert.match(hoverText('FROM a AS <|>b\nRUN x\nFROM b'), /: 1 instruction, used once/);
  });
  it('takes no longer than the line is long', () => {
    assert.equal(hoverText(`FROM a\nRUN <|>${'1'.repeat(400_000)} <<EOF\nEOF`), '');
  });
  it('explains what ONBUILD triggers', () => assert.match(hoverText('FROM a\nONBUILD C<|>OPY a b'), /#copy/));
  it('explains a flag', () => assert.match(hoverText('FROM a\nCOPY --ch<|>own=a b c'), /Owner of what is copied/));
  it('explains the type of a mount', () => {
    assert.match(hoverText('FROM a\nRUN --mount=type=ca<|>che,target=/x ls'), /`type=cache`: .*kept between builds/);
  });
  it('explains an option of a mount by its other name', () => {
    assert.match(hoverText('FROM a\nRUN --mount=type=cache,d<|>st=/x ls'), /`dst`: Where it is mounted/);
  });
  it('explains a directive', () => assert.match(hoverText('# esc<|>ape=`\nFROM a'), /continues a line/));
  it('tells the value of a variable and where it is from', () => {
    const text = hoverText('ARG V=1.2\nFROM a:$<|>V');
    assert.match(text, /declared in line 1/);
    assert.match(text, /` 1\.2 `/);
  });
  it('tells the value a global argument gives to a stage', () => {
    assert.match(hoverText('ARG V=1.2\nFROM a\nARG <|>V\n'), /` 1\.2 `/);
  });
  it('resolves a variable inside of another', () => {
    assert.match(hoverText('FROM a\nENV A=/x\nENV B=$A/y\nWORKDIR $<|>B'), /` \/x\/y `/);
  });
  it('knows the variables of a command', () => assert.match(hoverText('FROM a\nENV A=/x\nRUN ls "$<|>A"'), /` \/x `/));
  it('says nothing about a variable of the shell', () =>
    assert.equal(hoverText('FROM a\nRUN for f in *; do echo $<|>f; done'), ''));
  it('says that a value is known only in a build', () => {
    assert.match(hoverText('ARG V\nFROM a:$<|>V'), /known only in a build/);
  });
  it('shows a stage where it is used', () => {
    assert.match(
      hoverText('FROM golang:1 AS build\nFROM a\nCOPY --from=bu<|>ild /a /b'),
      /Stage ` build `[\s\S]*FROM golang:1 AS build/,
    );
  });
  it('shows a stage that a mount uses, whatever its case', () => {
    assert.match(hoverText('FROM golang:1 AS Build\nFROM a\nRUN --mount=from=bu<|>ild ls'), /FROM golang:1 AS Build/);
  });
  it('shows a stage by its number', () =>
    assert.match(hoverText('FROM golang:1\nFROM a\nCOPY --from=<|>0 /a /b'), /Stage 0/));
  it('shows nothing for a number that is no earlier stage', () => {
    assert.doesNotMatch(hoverText('FROM golang:1\nFROM a\nCOPY --from=<|>1 /a /b'), /Stage/);
  });
  it('explains a heredoc', () => {
    assert.match(hoverText('FROM a\nCOPY <<"E<|>OF" /x\na\nb\nEOF\n'), /Heredoc of 2 lines.*quoted/);
  });
  it('keeps text of the file in code, so that it cannot become a link or an image', () => {
    const text = hoverText('FROM a\nENV A="`[x](command:evil) ``"\nUSER $<|>A');
    assert.match(text, /``` `\[x\]\(command:evil\) `` ```/);
  });
  it('says nothing in a comment', () => assert.equal(hoverText('FROM a\n# FR<|>OM'), ''));
});
