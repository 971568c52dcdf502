/** The language server as a process: `--stdio` for any editor, `--node-ipc` for VS Code. */
import { createConnection } from 'vscode-languageserver/node';
import { startServer } from './server.ts';

if (process.argv.includes('--stdio') || process.argv.includes('--node-ipc')) {
  // A client that dies closes its end: the library watches stdin and the process named in `initialize`, this the IPC channel.
  process.once('disconnect', () => process.exit());
  startServer(createConnection(), { env: process.env, platform: process.platform, now: Date.now });
} else {
  process.stderr.write('Say how to talk to the language server: --stdio or --node-ipc.\n');
  process.exitCode = 2;
}
