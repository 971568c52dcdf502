import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { baseImage, nodeImage } from '../../scripts/parts/testNames.ts';
import { needsEngine, testEngine, testLabels } from '../support/testBed.ts';

describe('The base images', () => {
  before(function () {
    needsEngine(this);
  });

  it('have a shell', async () => {
    assert.equal(await output(baseImage, ['sh', '-c', 'echo "$((6 * 7))" | cat']), '42\n');
  });

  it('have the Node that the tests run on', async () => {
    assert.equal(await output(nodeImage, ['node', '--print', 'process.version']), `${process.version}\n`);
  });
});

/** What a command prints in a container of the image, which is gone afterwards. */
async function output(Image: string, Cmd: readonly string[]): Promise<string> {
  const docker = testEngine();
  const container = await docker.createContainer({ Image, Cmd: [...Cmd], Labels: testLabels() });
  try {
    const stdout = new PassThrough();
    const printed = text(stdout);
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    docker.modem.demuxStream(stream, stdout, process.stderr);
    stream.once('end', () => stdout.end());
    await container.start();
    return await printed;
  } finally {
    await container.remove({ force: true });
  }
}
