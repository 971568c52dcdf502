import assert from 'node:assert/strict';
import { extensions } from 'vscode';

describe('The extension', () => {
  it('activates within 50 ms', async () => {
    const gantry = extensions.getExtension<{ readonly activationMs: number }>('gantry.gantry');
    assert.ok(gantry, 'gantry.gantry is not known to this VS Code');
    const { activationMs } = await gantry.activate();
    assert.ok(activationMs > 0 && activationMs < 50, `activate() took ${activationMs} ms`);
  });

  it('brings its views in a container of its own', () => {
    const { contributes } = extensions.getExtension('gantry.gantry')!.packageJSON;
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }: { id: string }) => id),
      ['gantry'],
    );
    const views = contributes.views.gantry.map(({ id }: { id: string }) => id);
    for (const id of ['gantry.containers', 'gantry.images', 'gantry.registries']) assert.ok(views.includes(id), id);
  });
});
