import { join } from 'node:path';
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { ensurePackages } from './apt.ts';
import { cacheFolder } from './cache.ts';
import { browserProgram } from './chromium.ts';
import { findProgram } from './command.ts';
import { startDaemon } from './daemon.ts';
import { root } from './dependencies.mjs';
import { servedVsCode, vsCodeVersion } from './vscode.ts';

/** A VS Code that understands the desktop's command line. */
export interface VsCode {
  readonly executable: string;
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** Desktop VS Code where it can be downloaded and shown, else the served one behind the same command line. */
export async function vsCodeForTests(): Promise<VsCode> {
  try {
    const executable = await downloadAndUnzipVSCode({
      version: vsCodeVersion,
      cachePath: join(cacheFolder(), 'vscode'),
      reporter: new SilentReporter(),
    });
    return { executable, ...(await display()) };
  } catch (error) {
    console.log(`Desktop VS Code is out of reach (${(error as Error).message}). Testing in the served one.`);
    // Installed here rather than by the program that needs them, whose output is VS Code's log.
    await servedVsCode();
    await browserProgram();
    return { executable: join(root, 'test/support/code.ts'), env: {}, stop: async () => {} };
  }
}

/** Somewhere to draw windows: the desktop that is there, or an X server in memory. */
async function display(): Promise<Pick<VsCode, 'env' | 'stop'>> {
  const shown = process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (shown || process.platform !== 'linux') return { env: {}, stop: async () => {} };
  // Chromium's package brings the libraries that Electron wants, save for the last two.
  await ensurePackages('Desktop VS Code', 'chromium', 'xvfb', 'libxkbfile1', 'libsecret-1-0');
  const args = ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const { match, stop } = await startDaemon(findProgram('Xvfb')!, args, { ready: /^(\d+)\n/m });
  return { env: { DISPLAY: `:${match[1]}` }, stop };
}
