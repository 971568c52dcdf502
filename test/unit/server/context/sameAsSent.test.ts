/** What is predicted of a whole context, beside what a build of Gantry's own would send of it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { patternMatcher } from '../../../../common/ignore.ts';
import { lineEffects } from '../../../../server/context/lineEffects.ts';
import { wholeOf } from '../../../../server/context/take.ts';
import { ContextTree } from '../../../../server/context/tree.ts';
import { walkContext } from '../../../../server/engine/buildkit/walkContext.ts';
import { random } from '../../../support/random.ts';
import { type Content, type TempFolder, tempFolder } from '../../../support/tempFolder.ts';

const names = ['a', 'b', 'src', 'x.log', 'y.txt', '.git', 'ü'];
const patterns = [
  'a',
  '*.log',
  '**/*.log',
  'src',
  '!src',
  '!src/a',
  'src/*',
  '**/b',
  '!**/b',
  '*',
  '!*.txt',
  'a/src',
  'ü',
  '!b/x.log',
];

describe('the prediction of a whole context', () => {
  let folder: TempFolder;
  afterEach(() => folder.dispose());

  async function sent(exclude: readonly string[]) {
    let [files, bytes] = [0, 0];
    const walk = walkContext(folder.path, { exclude, include: [] }, new AbortController().signal);
    for await (const { stats } of walk) {
      if (stats.isDirectory()) continue;
      files++;
      if (stats.isFile()) bytes += Number(stats.size);
    }
    return [files, bytes];
  }

  function throughLink(path: string): boolean {
    const parts = path.split('/');
    return parts.some((_, index) => {
      try {
        return lstatSync(join(folder.path, ...parts.slice(0, index + 1))).isSymbolicLink();
      } catch {
        return false; // nothing is there
      }
    });
  }

  function predicted(ignore: readonly string[], tree = new ContextTree(folder.path)) {
    const { files, bytes } = wholeOf({ tree, ignore: ignore.length > 0 ? patternMatcher(ignore) : undefined });
    return [files, bytes];
  }

  it('is what is sent, whatever is ignored and whatever changes', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const below = random(seed);
      const one = <T>(from: readonly T[]): T => from[below(from.length)]!;
      const path = () => Array.from({ length: 1 + below(4) }, () => one(names)).join('/');
      folder = tempFolder();
      const place = (content: Content) => {
        const at = path();
        // What is written through a link changes something that is not named here.
        if (throughLink(at)) return at;
        try {
          folder.write({ [at]: content });
        } catch {} // what is a file already cannot be a folder, and the other way round
        return at;
      };
      for (let count = below(25); count > 0; count--) place(below(5) === 0 ? { link: 'a' } : below(1000));
      const ignore = Array.from({ length: below(6) }, () => one(patterns));
      const tree = new ContextTree(folder.path);
      assert.deepEqual(predicted(ignore, tree), await sent(ignore), `seed ${seed}: ${ignore}`);
      for (let count = 5; count > 0; count--) {
        const at = place(below(1000));
        // An editor names what came, and of a new folder maybe no more than that.
        const parts = at.split('/');
        for (const [index] of parts.entries()) tree.relook(parts.slice(0, index + 1).join('/'));
        assert.deepEqual(predicted(ignore, tree), await sent(ignore), `seed ${seed}, after ${at}: ${ignore}`);
      }
      const effects = lineEffects(tree, ignore.join('\n'));
      const out = effects.reduce((sum, { files }, at) => sum + (ignore[at]!.startsWith('!') ? 0 : files), 0);
      assert.equal(out, predicted([], tree)[0]! - predicted(ignore, tree)[0]!, `seed ${seed}: ${ignore}`);
      folder.dispose();
    }
  });

  it('passes over pipes, as a build does, and goes as deep as there are folders', async () => {
    folder = tempFolder({ a: 5 });
    execFileSync('mkfifo', [join(folder.path, 'pipe')]);
    const deep = Array.from({ length: 900 }, () => 'd').join('/');
    mkdirSync(join(folder.path, deep), { recursive: true });
    folder.write({ [`${deep}/x`]: 7 });
    assert.deepEqual(predicted([]), [2, 12]);
    assert.deepEqual(predicted(['**/x']), [1, 5]);
  });
});
