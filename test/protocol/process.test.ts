import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { Editor } from '../support/editor.ts';

const serverFile = new URL('../../dist/server.js', import.meta.url).pathname;

/** The server as it ships, in a process of its own. */
function startProcess(argument: string): { readonly server: ChildProcess; readonly editor: Editor } {
  const ipc = argument === '--node-ipc';
  const stdio = ipc ? (['pipe', 'pipe', 'inherit', 'ipc'] as const) : (['pipe', 'pipe', 'inherit'] as const);
  const server = spawn(process.execPath, [serverFile, argument], { stdio: [...stdio] });
  const connection = ipc
    ? createProtocolConnection(new IPCMessageReader(server), new IPCMessageWriter(server))
    : createProtocolConnection(new StreamMessageReader(server.stdout!), new StreamMessageWriter(server.stdin!));
  connection.listen();
  return { server, editor: new Editor(connection) };
}

describe('the server as a process', () => {
  let server: ChildProcess | undefined;
  let editor: Editor;

  function start(argument: string): Promise<readonly unknown[]> {
    ({ server, editor } = startProcess(argument));
    return once(server, 'exit');
  }

  afterEach(() => server?.kill('SIGKILL'));

  for (const argument of ['--stdio', '--node-ipc']) {
    it(`serves and leaves with 0 after shutdown and exit (${argument})`, async () => {
      const exit = start(argument);
      await editor.initialize();
      const diagnostics = await editor.open('FROM a AS B\n');
      assert.deepEqual(
        diagnostics.map(({ code }) => code),
        ['StageNameCasing'],
      );
      await editor.connection.sendRequest('shutdown');
      await editor.connection.sendNotification('exit');
      assert.deepEqual(await exit, [0, null]);
    });
  }

  it('leaves when its input ends', async () => {
    const exit = start('--stdio');
    await editor.initialize();
    server!.stdin!.end();
    assert.deepEqual(await exit, [1, null]);
  });

  it('leaves when the channel to its parent is cut', async () => {
    const exit = start('--node-ipc');
    await editor.initialize();
    server!.disconnect();
    const [code, signal] = await exit;
    assert.equal(signal, null);
    assert.equal(typeof code, 'number');
  });

  it('says how to start it', async () => {
    const process_ = spawn(process.execPath, [serverFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    server = process_;
    const chunks: string[] = [];
    process_.stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const [code] = await once(process_, 'close');
    assert.equal(code, 2);
    assert.match(chunks.join(''), /--stdio or --node-ipc/);
  });
});
