import assert from 'node:assert/strict';
import { parseSafely } from '../../../../../server/language/dockerfile/parseSafely.ts';
import type { Log } from '../../../../../server/language/host.ts';

function recordingLog(): { readonly log: Log; readonly errors: unknown[] } {
  const errors: unknown[] = [];
  const ignore = () => {};
  return { errors, log: { info: ignore, warn: ignore, error: (event, data) => errors.push([event, data]) } };
}

describe('parseSafely', () => {
  it('parses, and logs nothing', () => {
    const { log, errors } = recordingLog();
    assert.equal(parseSafely('FROM a', log).stages.length, 1);
    assert.deepEqual(errors, []);
  });

  it('turns a bug of the parser into one error, and logs a hash instead of the text', () => {
    const { log, errors } = recordingLog();
    const dockerfile = parseSafely('FROM secret\nCMD x', log, undefined, () => {
      throw new RangeError('a bug');
    });
    assert.equal(dockerfile.error?.code, 'ParserFailed');
    assert.deepEqual(dockerfile.lineStarts, [0, 12]);
    assert.equal(errors.length, 1);
    assert.ok(JSON.stringify(errors).includes('a bug') && !JSON.stringify(errors).includes('secret'));
  });
});
