import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { artifact, openServedVsCode, pictureFailure, type ServedVsCode } from '../support/servedVsCode.ts';
import {
  completion,
  editorLine,
  goToLine,
  hover,
  lineText,
  openFile,
  picture,
  squiggles,
  type,
} from '../support/workbench.ts';

describe('A Dockerfile in the editor', () => {
  let vscode: ServedVsCode;
  let page: Page;

  before(async () => {
    vscode = await openServedVsCode('samples', {
      files: {
        'typed/Dockerfile': 'FROM scratch AS compiled\nARG GREETING=hi\nFROM scratch\n',
        'odd/windows.Dockerfile': '\ufeffFROM scratch\r\nWORKDIR app\r\n',
        'odd/long.Dockerfile': `FROM scratch\nWORKDIR app\n${'ENV A=b\n'.repeat(10_000)}`,
        'odd/cut.Dockerfile': 'FROM scratch\nWORKDIR app\nRUN --mount=type=cache,target=${A:-"\\',
      },
    });
    page = vscode.page;
  });

  afterEach(function () {
    return pictureFailure(this, page);
  });

  after(() => vscode?.close());

  it('shows in its own language and in colours', async () => {
    await openFile(page, 'node-app/Dockerfile');
    await editorLine(page, 'FROM').waitFor();
    const language = page.locator('.statusbar-item[id="status.editor.mode"]');
    assert.match((await language.textContent()) ?? '', /Docker/);
    await goToLine(page, 16);
    const colours = await eventually(
      () => tokenColours(page, 'HEALTHCHECK'),
      (each) => assert.ok(each.size > 2, `${[...each.keys()]}`),
    );
    const [keyword, flag, value] = [colours.get('HEALTHCHECK'), colours.get('--interval'), colours.get('10s')];
    assert.ok(keyword && flag && value, `${[...colours.keys()]}`);
    assert.equal(new Set([keyword, flag, value]).size, 3);
    await picture(page, 'dockerfile');
    assert.ok((await stat(await artifact('dockerfile.png'))).size > 10_000);
  });

  it('underlines what BuildKit would object to, on its lines', async () => {
    await openFile(page, 'lint-me/Dockerfile');
    await eventually(
      () => squiggles(page),
      (lines) =>
        assert.deepEqual(lines, [
          '2 warning',
          '3 warning',
          '4 warning',
          '5 error',
          '7 warning',
          '8 error',
          '10 warning',
        ]),
    );
    const shown = await hover(page, 'COPPY');
    assert.match((await shown.textContent()) ?? '', /COPPY.*COPY/);
    await picture(page, 'diagnostics');
  });

  it('completes an instruction, a stage and a variable', async () => {
    await openFile(page, 'typed/Dockerfile');
    await goToLine(page, 4);
    await type(page, 'WORKD');
    await (await completion(page, 'WORKDIR')).click();
    await eventually(
      () => lineText(page, 4),
      (text) => assert.match(text, /^WORKDIR /),
    );
    await page.keyboard.press('Escape');
    await goToLine(page, 4);
    await page.keyboard.press('Shift+Home');
    await type(page, 'COPY --from=');
    await completion(page, 'compiled');
    await picture(page, 'completion');
    await page.keyboard.press('Enter');
    await eventually(
      () => lineText(page, 4),
      (text) => assert.equal(text, 'COPY --from=compiled'),
    );
    await goToLine(page, 2);
    await page.keyboard.press('Enter');
    await type(page, 'ENV SAID=$GREE');
    await completion(page, 'GREETING');
    await page.keyboard.press('Enter');
    await eventually(
      () => lineText(page, 3),
      (text) => assert.equal(text, 'ENV SAID=$GREETING'),
    );
  });

  it('stands what is odd: a byte order mark with CRLF, 10,000 lines, an end in the middle of a word', async () => {
    for (const name of ['windows', 'long', 'cut']) {
      await openFile(page, `odd/${name}.Dockerfile`);
      await eventually(
        () => squiggles(page),
        (lines) => assert.ok(lines.includes('2 warning'), `${name}: ${lines}`),
      );
    }
  });

  it('explains an instruction under the pointer', async () => {
    await openFile(page, 'node-app/Dockerfile');
    const shown = await hover(page, 'HEALTHCHECK');
    assert.match((await shown.textContent()) ?? '', /HEALTHCHECK.*--interval/s);
    await picture(page, 'hover');
  });
});

/** The colour of each token of the line with this text, by the token. */
async function tokenColours(page: Page, text: string): Promise<ReadonlyMap<string, string>> {
  const tokens = await editorLine(page, text).evaluate((line) =>
    [...line.querySelectorAll('span > span')].map(
      (each) => [(each.textContent ?? '').replaceAll('\u00a0', ' ').trim(), getComputedStyle(each).color] as const,
    ),
  );
  return new Map(tokens);
}
