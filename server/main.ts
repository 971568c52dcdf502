/** The language server as a process: `--stdio` for any editor, `--node-ipc` for VS Code. */
import { createConnection } from 'vscode-languageserver/node';
import { startServer } from './server.ts';

/** How long a dead client's shells and streams may take to be hung up. */
const patienceMs = 1000;

if (process.argv.includes('--stdio') || process.argv.includes('--node-ipc')) {
  const close = startServer(createConnection(), { env: process.env, platform: process.platform, now: Date.now });
  // A client that dies closes its end: the library watches stdin and the process named in `initialize`, this the IPC channel.
  process.once('disconnect', () => {
    const exit = () => process.exit();
    setTimeout(exit, patienceMs);
    close().then(exit, exit);
  });
} else {
  process.stderr.write('Say how to talk to the language server: --stdio or --node-ipc.\n');
  process.exitCode = 2;
}
