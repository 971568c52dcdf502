import assert from 'node:assert/strict';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { platformArguments, variablesInScope } from '../../../../../server/language/dockerfile/scope.ts';

/** What is in scope at `<|>`, as `name=value`, without the platform arguments and PATH unless asked for. */
function scope(marked: string): readonly string[] {
  const offset = marked.indexOf('<|>');
  const dockerfile = parse(marked.replace('<|>', ''));
  return variablesInScope(dockerfile, offset)
    .filter(({ kind }) => kind === 'arg' || kind === 'env')
    .map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
}

describe('variablesInScope', () => {
  it('has the global ARGs in a FROM, with what builds on them', () => {
    assert.deepEqual(scope('ARG A=1\nARG B=$A.2 C\nFROM x:<|>'), ['A=1', 'B=1.2', 'C']);
  });

  it('has no global ARG in a stage until the stage declares it', () => {
    assert.deepEqual(scope('ARG A=1\nFROM x\nWORKDIR <|>'), []);
    assert.deepEqual(scope('ARG A=1\nFROM x\nARG A\nWORKDIR <|>'), ['A=1']);
    assert.deepEqual(scope('ARG A=1\nFROM x\nARG A=2\nWORKDIR <|>'), ['A=2']);
  });

  it('has no global ARG in the default of a stage’s ARG either', () => {
    assert.deepEqual(scope('ARG A=1\nFROM x\nARG B=$<|>'), []);
  });

  it('has what stands above, not what stands below', () => {
    assert.deepEqual(scope('FROM x\nENV A=1\nWORKDIR <|>\nENV B=2'), ['A=1']);
  });

  it('has the earlier names of the same ARG but not those of the same ENV', () => {
    assert.deepEqual(scope('FROM x\nARG A=1 B=$<|>'), ['A=1']);
    assert.deepEqual(scope('FROM x\nENV A=1 B=$<|>'), []);
  });

  it('evaluates one ENV with what was there before it', () => {
    assert.deepEqual(scope('FROM x\nENV A=1\nENV A=2 B=$A\nWORKDIR <|>'), ['A=2', 'B=1']);
  });

  it('inherits ENV and ARG through stages, and nothing from others', () => {
    const text = 'FROM x AS a\nENV A=1\nARG B=2\nFROM y\nENV C=3\nFROM a AS b\nENV D=4\nFROM b\nWORKDIR <|>';
    assert.deepEqual(scope(text), ['A=1', 'B=2', 'D=4']);
  });

  it('does not invent values that only the build knows', () => {
    assert.deepEqual(scope('FROM x\nARG TARGETARCH\nENV A=$TARGETARCH B=$JAVA_HOME\nWORKDIR <|>'), [
      'TARGETARCH',
      'A',
      'B',
    ]);
  });

  it('stops at values that grow without end', () => {
    assert.deepEqual(scope(`FROM x\nENV A=xx\n${'ENV A=$A$A\n'.repeat(60)}WORKDIR <|>`), ['A']);
  });

  it('has the platform arguments in FROM, and PATH in a stage', () => {
    const dockerfile = parse('FROM x\nWORKDIR /');
    const names = (offset: number) => variablesInScope(dockerfile, offset).map(({ name }) => name);
    assert.deepEqual(names(5), [...platformArguments]);
    assert.deepEqual(names(dockerfile.text.length), ['PATH']);
  });

  it('says where a variable is defined', () => {
    const text = 'FROM x\nENV A=1 \\\n  B=2\nWORKDIR $B';
    const variable = variablesInScope(parse(text), text.length).find(({ name }) => name === 'B');
    assert.equal(text.slice(variable?.key?.span.start, variable?.key?.span.end), 'B');
    assert.equal(variable?.instruction?.startLine, 1);
  });
});
