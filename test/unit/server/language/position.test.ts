import assert from 'node:assert/strict';
import { lineStartsOf, offsetAt, positionAt } from '../../../../server/language/position.ts';

function document(text: string) {
  return { text, lineStarts: lineStartsOf(text) };
}

describe('positionAt and offsetAt', () => {
  it('count LF, CRLF and a lone CR as one line end each', () => {
    const text = 'a\nbc\r\nd\re';
    assert.deepEqual(lineStartsOf(text), [0, 2, 6, 8]);
    assert.deepEqual(positionAt(document(text), 7), { line: 2, character: 1 });
  });

  it('are each other’s inverse inside the lines, with characters that are two units of UTF-16', () => {
    const text = 'FROM a\r\nRUN echo 😀\n\nCMD x';
    for (let offset = 0; offset <= text.length; offset++) {
      if (text[offset - 1] === '\r') continue; // between CR and LF: no position of its own
      assert.equal(offsetAt(document(text), positionAt(document(text), offset)), offset);
    }
  });

  it('keep what lies outside inside', () => {
    const text = 'ab\r\ncd';
    assert.equal(offsetAt(document(text), { line: 0, character: 99 }), 2);
    assert.equal(offsetAt(document(text), { line: 99, character: 0 }), 6);
    assert.equal(offsetAt(document(text), { line: -1, character: 0 }), 0);
    assert.deepEqual(positionAt(document(text), 99), { line: 1, character: 2 });
    assert.deepEqual(positionAt(document(text), -1), { line: 0, character: 0 });
  });
});
