import assert from 'node:assert/strict';
import { MessageType, ShowMessageNotification } from 'vscode-languageserver-protocol';
import type { RegistryList } from '../../common/registry.ts';
import { startEditor } from '../support/editor.ts';

describe('what is wrong with gantry.registries', () => {
  let close: () => Promise<void>;
  afterEach(() => close());

  const open = async (registries: unknown) => {
    const started = await startEditor({ configuration: { registries } });
    close = started.close;
    const { connection } = started.editor;
    const told: { readonly type: MessageType; readonly message: string }[] = [];
    connection.onNotification(ShowMessageNotification.type, (message) => void told.push(message));
    const list = () => connection.sendRequest<RegistryList>('gantry/registries/list', {});
    return { ...started, told, list };
  };

  it('stands with the list, an entry each, and the rest of the list is there', async () => {
    const { list } = await open([
      { host: 'r.example', kind: 'artifactory' },
      { name: 'no host' },
      { host: 'good.example' },
    ]);
    const { registries, problems } = await list();
    assert.deepEqual(
      registries.map(({ host }) => host),
      ['r.example', 'good.example', 'docker.io', 'mcr.microsoft.com'],
    );
    assert.deepEqual(
      problems.map(({ kind, subject }) => [kind, subject]),
      [
        ['settings', 'gantry.registries'],
        ['settings', 'gantry.registries'],
      ],
    );
    assert.match(problems[0]?.message ?? '', /entry 1: "kind" of r\.example can be hub, /);
    assert.match(problems[1]?.message ?? '', /entry 2: "host" has to be the address of a registry/);
  });

  it('is said at once, without a word of what is written there, and again only when it is something else', async () => {
    const { editor, told, list } = await open([]);
    await list();
    assert.equal(told.length, 0);
    const change = async (registries: unknown) => {
      editor.configuration = { registries };
      const changed = new Promise<void>((resolve) => {
        editor.connection.onNotification('gantry/registries/changed', () => resolve());
      });
      await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      await changed;
      return (await list()).problems.length;
    };
    const wrong = [{ host: 'r.example', name: { '[x](command:y)': 1 } }];
    assert.equal(await change(wrong), 1);
    assert.equal(told.length, 1);
    assert.equal(told[0]?.type, MessageType.Warning);
    assert.match(told[0]?.message ?? '', /gantry\.registries.*Registries view/);
    assert.doesNotMatch(told[0]?.message ?? '', /command:/);
    assert.equal(await change([...wrong, { host: 'other.example' }]), 1);
    assert.equal(told.length, 1);
    assert.equal(await change([{ host: 'r.example' }]), 0);
    assert.equal(await change('r.example'), 1);
    assert.equal(told.length, 2);
  });
});
