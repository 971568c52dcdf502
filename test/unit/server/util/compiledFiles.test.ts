import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledFiles } from '../../../../server/util/compiledFiles.ts';

const names = Array.from({ length: 200 }, (_, index) => `f${index}`);
const many = names.map((name, index) => `function ${name}(a) { return a + ${index}; }`).join('\n');
const all = `[${names.join(', ')}]`;

describe('files with what is compiled of them', () => {
  let root: string;
  let folder: string;
  let main: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'gantry-compiled-'));
    folder = join(root, 'made', 'by it');
    main = join(root, 'main.js');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const files = async () =>
    new Map(
      await Promise.all(
        (await readdir(folder).catch(() => [])).map(async (name) => {
          const { ino, size } = await stat(join(folder, name));
          return [name, { ino, size }] as const;
        }),
      ),
    );
  const onlyFile = async () => {
    const [[name, { size }], ...others] = [...(await files())] as [[string, { size: number }], ...unknown[]];
    assert.equal(others.length, 0);
    return { name, size };
  };
  const run = (which: 'missing' | 'all' = 'missing'): unknown => {
    const compiled = new CompiledFiles(folder);
    const exports = compiled.load(main);
    compiled.keep(which);
    return exports;
  };

  it('are given what a CommonJS file is given, and loaded once', async () => {
    await writeFile(join(root, 'other.js'), 'module.exports = { at: __filename, count: (globalThis.loads ??= 0) };');
    await writeFile(
      main,
      `exports.dirname = __dirname; exports.same = require('./other.js') === require('./other.js');
      exports.at = require('./other.js').at; exports.node = require('node:path').sep; exports.own = module.exports === exports;`,
    );
    const expected = { dirname: root, same: true, at: join(root, 'other.js'), node: join('a', 'b')[1], own: true };
    assert.deepEqual({ ...(run() as object) }, expected);
    assert.deepEqual([...(await files()).keys()].map((name) => name.split('-')[0]).sort(), ['main', 'other']);
  });

  it('stand where they stand in the stacks of errors', async () => {
    await writeFile(main, 'exports.stack = new Error().stack;');
    assert.ok((run() as { stack: string }).stack.includes(`${main}:1:17`));
  });

  it('are kept once, and taken the next time', async () => {
    await writeFile(main, 'exports.answer = 1;');
    run();
    const kept = await files();
    assert.equal(kept.size, 1);
    assert.deepEqual(run(), { answer: 1 });
    assert.deepEqual(await files(), kept);
  });

  it('are kept again when much more of them has run', async () => {
    await writeFile(main, `${many}\nif (globalThis.gantryRuns) for (const each of ${all}) each(1);`);
    run();
    const { name, size } = await onlyFile();
    Reflect.set(globalThis, 'gantryRuns', true);
    try {
      run();
      assert.equal((await files()).get(name)!.size, size, 'not while the process is at work');
      run('all');
      assert.ok((await files()).get(name)!.size > size * 2);
      const more = await files();
      run('all');
      assert.deepEqual(await files(), more);
    } finally {
      Reflect.deleteProperty(globalThis, 'gantryRuns');
    }
  });

  it('are compiled anew when they were changed', async () => {
    await writeFile(main, 'exports.answer = () => 1;');
    run();
    await writeFile(main, 'exports.answer = () => 2;');
    assert.equal((run() as { answer: () => number }).answer(), 2);
    assert.equal((await files()).size, 2);
  });

  for (const [what, damage] of [
    [
      'a byte is another one',
      (data: Buffer) => data.map((byte, at) => (at === data.length - 100 ? byte ^ 0xff : byte)),
    ],
    ['the end is missing', (data: Buffer) => data.subarray(0, data.length / 2)],
    ['nothing is left', () => Buffer.alloc(0)],
  ] as const) {
    it(`are compiled anew when of what was kept ${what}`, async () => {
      await writeFile(main, `${many}\nexports.answer = f7(0); // ${what}`);
      run();
      const { name, size } = await onlyFile();
      await writeFile(join(folder, name), damage(await readFile(join(folder, name))));
      assert.deepEqual(run(), { answer: 7 });
      assert.equal((await files()).get(name)!.size, size);
      const whole = await files();
      run();
      assert.deepEqual(await files(), whole);
    });
  }

  it('leave nothing that nobody has made for a month', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of ['old', 'new']) await writeFile(join(folder, name), '');
    await utimes(join(folder, 'old'), 0, 0);
    await writeFile(main, 'exports.answer = 3;');
    run();
    const kept = [...(await files()).keys()];
    assert.deepEqual([kept.includes('old'), kept.includes('new'), kept.length], [false, true, 2]);
  });

  it('are neither kept nor taken where others may write', async function () {
    if (process.platform === 'win32') this.skip();
    await writeFile(main, 'exports.answer = 4;');
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o777);
    assert.deepEqual(run(), { answer: 4 });
    assert.equal((await files()).size, 0);
  });

  it('are loaded where nothing can be kept', async () => {
    await writeFile(main, 'exports.answer = 5;');
    folder = join(main, 'no folder');
    assert.deepEqual(run(), { answer: 5 });
  });
});
