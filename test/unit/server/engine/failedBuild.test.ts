import assert from 'node:assert/strict';
import { dockerfileOfError, stepsOfLog } from '../../../../server/engine/buildkit/failedBuild.ts';
import type { LoggedStep } from '../../../../server/engine/buildkit/joinSizes.ts';
import { outlineOf } from '../../../../server/language/sizes/outline.ts';

const logged = (name: string): LoggedStep => ({ name, cached: false, startedAt: 0, completedAt: 1, failed: false });
const logOf = (...names: readonly string[]) => new Map(names.map((name) => [name, logged(name)]));
const steps = (text: string, ...names: readonly string[]) =>
  stepsOfLog(outlineOf(text), logOf(...names)).map(({ digest, root, kind, locations: [lines] }) => [
    lines === undefined ? 0 : lines.startLine + 1,
    kind,
    digest,
    root,
  ]);

describe('the steps of a failed build', () => {
  const text = 'FROM a AS One\nRUN x\nENV A=b\nCOPY f /\nFROM one\nRUN \\\n y\nFROM scratch\nWORKDIR /z\n';
  it('are those that the log names, each on the one below', () => {
    const names = [
      '[one 1/3] FROM a',
      '[one 2/3] RUN x',
      '[one 3/3] COPY f /',
      '[stage-1 1/1] RUN y',
      '[stage-2 1/1] WORKDIR /z',
    ];
    assert.deepEqual(steps(text, ...names), [
      [0, 'image', '[one 1/3] FROM a', undefined],
      [2, 'exec', '[one 2/3] RUN x', '[one 1/3] FROM a'],
      [4, 'file', '[one 3/3] COPY f /', '[one 2/3] RUN x'],
      [6, 'exec', '[stage-1 1/1] RUN y', '[one 3/3] COPY f /'],
      [9, 'file', '[stage-2 1/1] WORKDIR /z', undefined],
    ]);
  });
  it('stand on nothing that is known where the one below is missing', () => {
    assert.deepEqual(steps('FROM a\nRUN x\nRUN y', '[1/3] FROM a', '[3/3] RUN y'), [
      [0, 'image', '[1/3] FROM a', undefined],
      [3, 'exec', '[3/3] RUN y', 'missing 0 2'],
    ]);
  });
  it('are none where the numbers are not those of the text, or for several platforms', () => {
    assert.deepEqual(steps('FROM a\nRUN x', '[1/3] FROM a', '[3/3] RUN x', '[linux/arm64 2/2] RUN x'), []);
  });
  it('are of the text that the error carries', () => {
    const source = (value: string) => ({
      type_url: 'github.com/moby/buildkit/errdefs.Source+json',
      value: Buffer.from(value),
    });
    const data = Buffer.from(text).toString('base64');
    assert.equal(dockerfileOfError({ details: [source(JSON.stringify({ info: { data } }))] }), text);
    assert.equal(dockerfileOfError({ details: [source('{"info":')] }), undefined);
    assert.equal(dockerfileOfError({ details: [source('{"info":{"data":5}}')] }), undefined);
    assert.equal(dockerfileOfError(null), undefined);
  });
});
