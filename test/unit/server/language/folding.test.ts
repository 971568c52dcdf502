import assert from 'node:assert/strict';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { foldingRanges } from '../../../../server/language/folding.ts';

function folds(...lines: readonly string[]): readonly string[] {
  return foldingRanges(parse(lines.join('\n'))).map(
    ({ startLine, endLine, kind }) => `${startLine}-${endLine}${kind === undefined ? '' : ` ${kind}`}`,
  );
}

describe('folding', () => {
  it('folds a stage up to its last instruction', () => {
    assert.deepEqual(folds('FROM a', 'RUN b', '', '# next', 'FROM c', 'RUN d'), ['0-1', '4-5']);
  });
  it('folds an instruction of several lines', () => {
    assert.deepEqual(folds('FROM a', 'RUN b \\', '  c', 'USER d'), ['0-3', '1-2']);
  });
  it('folds a heredoc up to the line that ends it', () => {
    assert.deepEqual(folds('FROM a', 'RUN <<EOF', 'b', 'c', 'EOF', 'USER d'), ['0-5', '1-4']);
  });
  it('folds comments on lines that follow one another', () => {
    assert.deepEqual(folds('# a', '# b', '', '# c', 'FROM d'), ['0-1 comment']);
  });
  it('folds nothing on one line', () => assert.deepEqual(folds('FROM a'), []));
});
