import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { startDaemon } from './daemon.ts';
import { node24 } from './dependencies.mjs';
import { servedVsCode } from './vscode.ts';

export interface VsCodeServer {
  readonly port: number;
  /**
   * The page that shows this folder. The payload is what the desktop takes as flags.
   * Source: vscode `src/vs/code/browser/workbench/workbench.ts`.
   */
  address(folder: string, payload?: Readonly<Record<string, string>>): string;
  /** The address under which the page finds a file of this machine. */
  file(path: string): string;
  /** Resolves when the server is gone, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface VsCodeServerOptions {
  /** Where this VS Code keeps everything of its own: settings, logs, installed extensions. */
  readonly dataFolder: string;
  /** An extension to have installed, as a file. */
  readonly vsix?: string;
  /** A folder to load as an extension from where it is. Reloading the window loads what was built since. */
  readonly extensionFolder?: string;
  /** Settings besides those that keep it quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The environment of its extension hosts and terminals. */
  readonly env?: NodeJS.ProcessEnv;
  readonly port?: number;
  /** Whether the page heeds a payload in its address, for tests: VS Code then shows notifications only in their list. */
  readonly payloads?: boolean;
}

/** Serves VS Code on loopback, on a free port unless one is named. */
export async function startVsCodeServer(options: VsCodeServerOptions): Promise<VsCodeServer> {
  const { dataFolder, vsix, extensionFolder, settings, env = process.env, port = 0, payloads = false } = options;
  const program = await servedVsCode();
  await mkdir(join(dataFolder, 'data/Machine'), { recursive: true });
  await writeFile(join(dataFolder, 'data/Machine/settings.json'), JSON.stringify({ ...quiet, ...settings }));
  const data = ['--server-data-dir', dataFolder];
  if (extensionFolder) await listExtension(join(dataFolder, 'extensions'), extensionFolder);
  if (vsix) await run(node24, [program, ...data, '--install-extension', vsix, '--force'], { env });
  const address = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'];
  const flags = ['--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust'];
  if (payloads) flags.push('--enable-smoke-test-driver');
  const daemon = await startDaemon(node24, [program, ...data, ...address, ...flags], {
    env: {
      ...env,
      // Told that a terminal started it, it keeps this environment instead of asking a login shell for another PATH.
      VSCODE_CLI: '1',
      // The browser reaches what containers publish by itself; the proxy that code-server names is not part of this server.
      VSCODE_PROXY_URI: '',
    },
    ready: /Extension host agent listening on (\d+)/,
    stopMs: 5_000,
  });
  const authority = `127.0.0.1:${daemon.match[1]}`;
  const file = (path: string) => `vscode-remote://${authority}${encodeURI(path)}`;
  return {
    port: Number(daemon.match[1]),
    file,
    address(folder, payload = {}) {
      const entries = Object.entries(payload);
      const query = new URLSearchParams({ folder, ...(entries.length > 0 && { payload: JSON.stringify(entries) }) });
      return `http://${authority}/?${query}`;
    },
    ended: daemon.ended,
    stop: daemon.stop,
  };
}

/** Writes VS Code's list of installed extensions, with this folder as the only one. */
async function listExtension(extensionsFolder: string, folder: string): Promise<void> {
  const { publisher, name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const location = { $mid: 1, path: folder, scheme: 'file' };
  await mkdir(extensionsFolder, { recursive: true });
  await writeFile(
    join(extensionsFolder, 'extensions.json'),
    JSON.stringify([{ identifier: { id: `${publisher}.${name}` }, version, location }]),
  );
}

/** What would otherwise open beside the workspace, ask the network, or keep from reading the page. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  // Gantry offers the address of what it runs; VS Code would offer it a second time, and every other open port.
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  // On a canvas nobody could read what a terminal shows.
  'terminal.integrated.gpuAcceleration': 'off',
};
