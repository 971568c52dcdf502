import assert from 'node:assert/strict';
import { failureOf, lineIn } from '../../../../../server/engine/buildkit/failure.ts';
import { GrpcError } from '../../../../../server/engine/buildkit/grpcError.ts';
import { trackBuild } from '../../../../../server/engine/buildkit/progress.ts';

const detail = (name: string, value: unknown) => ({
  type_url: `github.com/moby/buildkit/${name}+json`,
  value: Buffer.from(JSON.stringify(value)),
});
const nothing = trackBuild(() => {});
// Messages as Docker Engine 26.1.5 sends them.
const message = (text: string) => failureOf(new GrpcError(2, text, []), nothing).message;

describe('failureOf', () => {
  it('spans all the lines of the instruction, to the end of the last', () => {
    const lines = [3, 5, 4].map((line) => ({ start: { line }, end: { line } }));
    const data = Buffer.from('FROM x\n\nRUN a && \\\n  b && \\\r\n  c\r\n').toString('base64');
    const error = new GrpcError(2, 'process "/bin/sh -c a" did not complete successfully: exit code: 127', [
      detail('errdefs.Source', { info: { filename: 'Dockerfile', data }, ranges: lines }),
    ]);
    assert.deepEqual(failureOf(error, nothing), {
      kind: 'failed',
      message: 'The command failed with exit code 127: it was not found in the image.',
      exitCode: 127,
      range: { start: { line: 2, character: 0 }, end: { line: 4, character: 3 } },
    });
  });

  it('knows nothing more from details that are damaged', () => {
    const error = new GrpcError(2, 'no', [
      { type_url: 'x/errdefs.Source+json', value: Buffer.from('{') },
      detail('errdefs.Source', {}),
    ]);
    assert.deepEqual(failureOf(error, nothing), { kind: 'failed', message: 'no' });
  });

  it('says plainly what is missing', () => {
    assert.equal(
      message(
        'failed to solve: failed to compute cache key: failed to calculate checksum of ref 0c5a::k2: "/absent": not found',
      ),
      '"/absent" does not exist in the build context, or .dockerignore leaves it out.',
    );
    assert.equal(
      message('failed to solve: dockerfile parse error on line 2: unknown instruction: FOO'),
      'unknown instruction: FOO',
    );
    assert.equal(
      message('h:1/x:y: failed to resolve source metadata for h:1/x:y: connection refused'),
      'h:1/x:y cannot be fetched: connection refused',
    );
  });

  it('finds the line in words', () => {
    assert.equal(lineIn('Dockerfile parse error line 12: x'), 12);
    assert.equal(lineIn('Dockerfile parse error on line 3: x.'), 3);
    assert.equal(lineIn('line 3'), undefined);
  });
});

describe('trackBuild', () => {
  const bytes = Buffer.from('grün\n');
  it('joins a character that is cut between messages and keeps the last lines of each step', () => {
    const told: string[] = [];
    const tracker = trackBuild((progress) => told.push(progress.kind === 'log' ? progress.text : progress.kind));
    const vertex = {
      digest: 'd',
      inputs: [],
      name: 'RUN x',
      cached: false,
      started: { seconds: 1, nanos: 0 },
      completed: null,
      error: '',
    };
    tracker.add({ vertexes: [vertex, vertex], statuses: [], logs: [{ vertex: 'd', msg: bytes.subarray(0, 3) }] });
    tracker.add({ vertexes: [vertex], statuses: [], logs: [{ vertex: 'd', msg: bytes.subarray(3) }] });
    assert.deepEqual(told, ['step', 'gr', 'ün\n']);
    assert.deepEqual(tracker.step('d'), { name: 'RUN x', log: 'grün' });
  });
});
