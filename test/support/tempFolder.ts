import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What stands at a path: so many bytes, a text, or a link; a name that ends in a slash is a folder. */
export type Content = number | string | Buffer | { readonly link: string } | { readonly sameAs: string };

export interface TempFolder {
  readonly path: string;
  write(contents: Readonly<Record<string, Content>>): void;
  remove(...paths: readonly string[]): void;
  dispose(): void;
}

export function tempFolder(contents: Readonly<Record<string, Content>> = {}): TempFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'gantry-folder-')));
  const folder: TempFolder = {
    path,
    write(more) {
      for (const [name, content] of Object.entries(more)) put(path, name, content);
    },
    remove(...paths) {
      for (const each of paths) rmSync(join(path, each), { recursive: true });
    },
    dispose: () => rmSync(path, { recursive: true, force: true }),
  };
  folder.write(contents);
  return folder;
}

function put(root: string, name: string, content: Content): void {
  const path = join(root, name);
  mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
  if (name.endsWith('/')) return;
  if (typeof content === 'number') writeFileSync(path, Buffer.alloc(content, 'x'));
  else if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(path, content);
  else if ('link' in content) symlinkSync(content.link, path);
  else linkSync(join(root, content.sameAs), path);
}
