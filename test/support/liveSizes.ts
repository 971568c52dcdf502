import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { InlayHint } from 'vscode-languageserver-protocol/node';
import { type Editor, startEditor } from './editor.ts';

/** A Dockerfile in an editor whose server asks a real engine, which docker's command line builds with. */
export interface LiveSizes {
  readonly editor: Editor;
  /** `2 10 MB`: by line from 0. */
  hints(): Promise<readonly string[]>;
  /** Once `test` holds, asked anew only when the server says that something is new. */
  until(test: (hints: readonly string[]) => boolean): Promise<readonly string[]>;
  edit(text: string): Promise<void>;
  /** Writes the file and builds it. `onPrinted`: what the build prints. */
  build(text: string, onPrinted?: (text: string) => void): Promise<void>;
  dispose(): Promise<void>;
}

const range = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };
const refreshes = { workspace: { configuration: true, inlayHint: { refreshSupport: true } } };

/** `serverHost`: where the server finds the engine; `host`: where the command line does. */
export async function openLiveSizes(
  text: string,
  { tag, host, serverHost = host }: { readonly tag: string; readonly host: string; readonly serverHost?: string },
): Promise<LiveSizes> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-live-'));
  const file = join(folder, 'Dockerfile');
  const uri = pathToFileURL(file).href;
  const env = { PATH: process.env['PATH'], HOME: folder, DOCKER_CONFIG: folder, XDG_CACHE_HOME: folder };
  await writeFile(file, text);
  const { editor, close } = await startEditor({
    ...{ configuration: { lint: { shellcheck: false } }, capabilities: refreshes },
    world: { env: { ...env, DOCKER_HOST: serverHost }, now: Date.now },
  });
  await editor.open(text, uri);
  const hints = async () => {
    const found = await editor.ask<InlayHint[]>('inlayHint', { range }, uri);
    return found.map(({ position, label }) => `${position.line} ${label}`);
  };
  return {
    editor,
    hints,
    async until(test) {
      for (;;) {
        const news = editor.nextRefresh();
        const found = await hints();
        if (test(found)) return found;
        await news;
      }
    },
    edit: (changed) => editor.change(changed, undefined, uri),
    async build(built, onPrinted) {
      await writeFile(file, built);
      const args = ['build', '--progress=plain', '-t', tag, folder];
      const options = { env: { ...env, DOCKER_HOST: host } };
      if (!onPrinted) return void (await promisify(execFile)('docker', args, options));
      const child = spawn('docker', args, options);
      child.stderr.setEncoding('utf8').on('data', onPrinted);
      await new Promise<void>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`docker build ended with ${code}`))));
      });
    },
    async dispose() {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}
