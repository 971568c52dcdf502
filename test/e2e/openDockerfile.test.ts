import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { artifact, openServedVsCode, type ServedVsCode } from '../support/servedVsCode.ts';
import { editorLine, openFile, picture } from '../support/workbench.ts';

describe('The samples, opened', () => {
  let vscode: ServedVsCode;

  before(async () => {
    vscode = await openServedVsCode('samples');
  });

  after(() => vscode?.close());

  it('show the Dockerfile in its own language', async () => {
    await openFile(vscode.page, 'node-app/Dockerfile');
    await editorLine(vscode.page, 'FROM').waitFor();
    const language = vscode.page.locator('.statusbar-item[id="status.editor.mode"]');
    assert.match((await language.textContent()) ?? '', /Docker/);
    await picture(vscode.page, 'dockerfile');
    assert.ok((await stat(await artifact('dockerfile.png'))).size > 10_000);
  });
});
