import assert from 'node:assert/strict';
import { instructionAt, stageAt } from '../../../../../server/language/dockerfile/at.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';

const text = 'ARG A\n\nFROM a\nRUN x \\\n  y\n\n# c\nFROM b\nCMD z';
const dockerfile = parse(text);

describe('instructionAt', () => {
  it('finds the instruction around an offset and directly behind it', () => {
    assert.equal(instructionAt(dockerfile, text.indexOf('y'))?.keyword, 'RUN');
    assert.equal(instructionAt(dockerfile, text.indexOf('y') + 1)?.keyword, 'RUN');
    assert.equal(instructionAt(dockerfile, 0)?.keyword, 'ARG');
    assert.equal(instructionAt(dockerfile, text.length)?.keyword, 'CMD');
  });

  it('finds none between instructions', () => {
    assert.equal(instructionAt(dockerfile, text.indexOf('#')), undefined);
    assert.equal(instructionAt(parse(''), 0), undefined);
  });
});

describe('stageAt', () => {
  it('finds the stage up to the next FROM', () => {
    assert.equal(stageAt(dockerfile, 3), undefined);
    assert.equal(stageAt(dockerfile, text.indexOf('FROM a'))?.index, 0);
    assert.equal(stageAt(dockerfile, text.indexOf('#'))?.index, 0);
    assert.equal(stageAt(dockerfile, text.length)?.index, 1);
  });
});
