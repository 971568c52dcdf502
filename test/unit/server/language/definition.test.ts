import assert from 'node:assert/strict';
import type { Range } from 'vscode-languageserver-types';
import { definition, references } from '../../../../server/language/definition.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { offsetAt } from '../../../../server/language/position.ts';
import { atCursor } from '../../../support/cursor.ts';

/** The places as `line:text`. */
function shown(text: string, ranges: readonly Range[]): readonly string[] {
  const dockerfile = parse(text);
  return ranges.map(
    ({ start, end }) => `${start.line}:${text.slice(offsetAt(dockerfile, start), offsetAt(dockerfile, end))}`,
  );
}

function definitionsOf(marked: string): readonly string[] {
  const { text, offset } = atCursor(marked);
  return shown(
    text,
    definition(parse(text), offset, 'a').map(({ range }) => range),
  );
}

function referencesOf(marked: string): readonly string[] {
  const { text, offset } = atCursor(marked);
  return shown(
    text,
    references(parse(text), offset, 'a', true).map(({ range }) => range),
  );
}

describe('definition', () => {
  it('takes no longer than the file is long, also among very many build arguments', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `ARG A${index}=1\n`).join('');
    assert.deepEqual(definitionsOf(`${many}FROM a:$A<|>19999`), ['19999:A19999']);
  });
  it('finds a stage from FROM, whatever the case', () => {
    assert.deepEqual(definitionsOf('FROM a AS Build\nFROM bu<|>ild'), ['0:Build']);
  });
  it('finds a stage from the from of a mount', () => {
    assert.deepEqual(definitionsOf('FROM a AS b\nFROM c\nRUN --mount=type=bind,from=<|>b,target=/x ls'), ['0:b']);
  });
  it('finds a stage without a name by its number', () => {
    assert.deepEqual(definitionsOf('FROM a\nFROM c\nCOPY --from=<|>0 /a /b'), ['0:FROM']);
  });
  it('takes the later one of two stages with a name', () => {
    assert.deepEqual(definitionsOf('FROM a AS x\nFROM b AS x\nFROM c\nCOPY --from=<|>x /a /b'), ['1:x']);
  });
  it('finds a global argument from a stage', () => {
    assert.deepEqual(definitionsOf('ARG G=1\nFROM a\nARG G\nRUN echo $<|>G'), ['0:G', '2:G']);
  });
  it('finds what a stage inherits', () => {
    assert.deepEqual(definitionsOf('FROM a AS base\nENV E=1\nFROM base\nWORKDIR /$<|>E'), ['1:E']);
  });
  it('finds nothing for a variable of another stage', () => {
    assert.deepEqual(definitionsOf('FROM a\nENV E=1\nFROM b\nWORKDIR /$<|>E'), []);
  });
});

describe('references', () => {
  it('finds every use of a stage', () => {
    assert.deepEqual(
      referencesOf('FROM a AS b<|>\nFROM b\nCOPY --from=b /a /b\nCOPY --from=0 /a /b\nRUN --mount=from=b ls'),
      ['0:b', '1:b', '2:b', '3:0', '4:b'],
    );
  });
  it('finds every use of a variable, and none of its namesake in another stage', () => {
    assert.deepEqual(referencesOf('FROM a\nENV E<|>=1\nUSER $E\nRUN echo "${E}x"\nFROM b\nENV E=2\nUSER $E'), [
      '1:E',
      '2:E',
      '3:E',
    ]);
  });
  it('takes a variable that is set again as the same', () => {
    assert.deepEqual(referencesOf('FROM a\nENV P=1\nENV P=$<|>P:2'), ['1:P', '2:P', '2:P']);
  });
});
