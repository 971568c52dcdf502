import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import type { Page } from 'playwright-core';
import { baseImage } from '../../scripts/parts/testNames.ts';
import { dockerSize } from '../support/dockerSize.ts';
import { eventually } from '../support/eventually.ts';
import { openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import { needsEngine, testEngine, testLabels } from '../support/testBed.ts';
import {
  answerInput,
  goToLine,
  lineText,
  notification,
  openFile,
  pick,
  picture,
  runCommand,
  squiggles,
  terminalText,
  type,
} from '../support/workbench.ts';

describe('A build', () => {
  /** In what is built, so that no cache has it. */
  const run = `e2e-${randomUUID().slice(0, 8)}`;
  const labels = () => Object.entries(testLabels()).map(([name, value]) => `LABEL ${name}=${value}`)[0]!;
  let docker: Docker;
  let vscode: ServedVsCode;
  let page: Page;

  before(async function () {
    needsEngine(this);
    docker = testEngine();
    vscode = await openServedVsCode('samples', {
      files: {
        'sized/Dockerfile': [
          `FROM ${baseImage} AS made`,
          `RUN echo ${run} >/run-of && dd if=/dev/zero of=/big bs=1000 count=1234`,
          `FROM ${baseImage}`,
          'COPY --from=made /big /copied',
          'RUN dd if=/dev/zero of=/more bs=1000 count=56',
          labels(),
          '',
        ].join('\n'),
        'failing/Dockerfile': [
          `FROM ${baseImage}`,
          `ENV RUN_OF=${run}`,
          'RUN echo before && \\',
          '    echo this goes wrong >&2 && \\',
          '    exit 7',
          '',
        ].join('\n'),
        'slow/Dockerfile': [`FROM ${baseImage}`, labels(), `RUN echo ${run} && sleep 60`, ''].join('\n'),
      },
    });
    page = vscode.page;
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(() => vscode?.close());

  /** Builds a file for the first time: later its context is remembered. */
  async function build(path: string, tag: string): Promise<void> {
    await openFile(page, path);
    await runCommand(page, 'Gantry: Build Image…');
    await pick(page, '', "The Dockerfile's folder");
    await page.locator('.quick-input-title').getByText('Build Image').waitFor();
    await answerInput(page, tag);
  }

  it('makes the image and shows what it does', async () => {
    await build('sized/Dockerfile', `${run}/sized:1`);
    await notification(page, `Built ${run}/sized:1`);
    assert.ok((await docker.getImage(`${run}/sized:1`).inspect()).Id);
    const text = await terminalText(page);
    assert.match(text, /RUN dd if=\/dev\/zero of=\/more/);
    await picture(page, 'build');
  });

  it('leaves its sizes at the ends of the lines, exact to the engine', async () => {
    const history: { CreatedBy: string; Size: number }[] = await docker.getImage(`${run}/sized:1`).history();
    const added = (what: string) => dockerSize(history.find(({ CreatedBy }) => CreatedBy.includes(what))!.Size);
    const { Size: base } = await docker.getImage(baseImage).inspect();
    const { Size: image } = await docker.getImage(`${run}/sized:1`).inspect();
    const made = `${run}\n`.length + 1_234_000;
    const hinted = async () => Promise.all([1, 3, 4, 5].map((line) => lineText(page, line)));
    await eventually(hinted, (lines) =>
      assert.deepEqual(lines, [
        `FROM ${baseImage} AS madebase ${dockerSize(base)} · stage ${dockerSize(base + made)}, not in image`,
        `FROM ${baseImage}base ${dockerSize(base)} · image ${dockerSize(image)} (+${dockerSize(image - base)})`,
        `COPY --from=made /big /copied${added('COPY /big')} · heaviest`,
        `RUN dd if=/dev/zero of=/more bs=1000 count=56${added('of=/more')}`,
      ]),
    );
    const lenses = page.locator('.editor-group-container.active .codelens-decoration');
    await eventually(
      () => lenses.allTextContents(),
      (texts) => assert.deepEqual(texts, [`${dockerSize(base + made)} · 1 layer`, `${dockerSize(image)} · 2 layers`]),
    );
    await picture(page, 'sizes');
    // What stands below a change may be another size by now, and is said to be within a second.
    await goToLine(page, 4);
    await type(page, '2');
    await eventually(
      () => lineText(page, 5),
      (text) => assert.match(text, /stale$/),
      1000,
    );
    assert.equal(await lineText(page, 4), 'COPY --from=made /big /copied2');
    await picture(page, 'stale');
  });

  it('that fails underlines the lines of its step', async () => {
    await build('failing/Dockerfile', `${run}/failing:1`);
    await notification(page, 'The build failed');
    await eventually(
      () => squiggles(page),
      (lines) => assert.deepEqual(lines, ['3 error', '4 error', '5 error']),
    );
    assert.match(await terminalText(page), /this goes wrong/);
    await picture(page, 'failed');
  });

  it('can be cancelled and run again', async () => {
    const cancel = async () => {
      const toast = await notification(page, `Building ${run}/slow:1`);
      await toast.getByText(/sleep 60/).waitFor();
      await toast.getByRole('button', { name: 'Cancel' }).click();
      await toast.waitFor({ state: 'detached' });
      await eventually(
        () => terminalText(page),
        (text) => assert.match(text, /Build canceled\.$/),
      );
    };
    await build('slow/Dockerfile', `${run}/slow:1`);
    await cancel();
    await runCommand(page, 'Gantry: Build Image…');
    await answerInput(page, `${run}/slow:1`);
    await cancel();
    await assert.rejects(docker.getImage(`${run}/slow:1`).inspect(), { statusCode: 404 });
  });
});
