import assert from 'node:assert/strict';
import { failed, known, pending } from '../../../../../common/known.ts';
import { codeLenses } from '../../../../../server/language/codeLenses.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import type { BuildRecord, BuildStep } from '../../../../../server/language/host.ts';
import { SizeReader } from '../../../../../server/language/sizes/fileSizes.ts';
import { defaultSizeOptions, type SizeOptions } from '../../../../../server/language/sizes/sizeOptions.ts';
import type { BuildCacheStep, HistoryEntry, LocalImage } from '../../../../../server/language/sizes/sources.ts';
import { InMemoryImages } from '../../../../support/inMemoryImages.ts';
import { hintsIn, InMemoryContexts, sha256 } from '../../../../support/sizeHints.ts';

const MB = 1_000_000;
const step = (line: number, bytes: number): BuildStep => ({ startLine: line, endLine: line, bytes, cached: false });

/** A build that began at 1000 and ended at 2000. */
function build(dockerfile: string, steps: readonly BuildStep[], more: Partial<BuildRecord> = {}): BuildRecord {
  return {
    ref: dockerfile,
    startedAt: 1000,
    completedAt: 2000,
    dockerfile,
    buildArgs: {},
    steps,
    failed: false,
    ...more,
  };
}

function local(more: Partial<LocalImage> = {}): LocalImage {
  return { id: 'sha256:1', bytes: 8 * MB, digests: [], layers: ['base'], triggers: false, taggedAt: 500, ...more };
}

describe('sizes of a file', () => {
  let images: InMemoryImages;
  let contexts: InMemoryContexts;
  beforeEach(() => {
    images = new InMemoryImages();
    contexts = new InMemoryContexts();
    images.history = known([], 0);
  });
  const hints = (text: string, options: Partial<SizeOptions> = {}) =>
    hintsIn(text, { images, contexts }, { ...defaultSizeOptions, ...options }).map(
      ({ position, label }) => `${position.line}: ${label}`,
    );
  const tooltips = (text: string) => hintsIn(text, { images, contexts }).map(({ tooltip }) => String(tooltip));

  describe('by the build context', () => {
    const text = 'FROM a\nCOPY x /x\nRUN make';
    const built = () => known([build(text, [step(1, 1000), step(2, 5000)])], 0);

    it('are predicted where no build is known', () => {
      contexts.files.set('x', { bytes: 4.2 * MB, changedAt: 0 });
      assert.deepEqual(hints(text), ['1: ≈ 4.2 MB']);
      assert.match(
        tooltips(text)[0]!,
        /^4,200,000 bytes would be added by this instruction\nPredicted from the build context$/,
      );
    });
    it('say how many files a copy of all of it takes', () => {
      for (let index = 0; index < 1200; index++) contexts.files.set(`x${index}`, { bytes: 1000, changedAt: 0 });
      assert.deepEqual(hints('FROM a\nCOPY . .\nCOPY x1 /x'), ['1: ≈ 1.2 MB · 1,200 files · heaviest', '2: ≈ 1 kB']);
      assert.match(tooltips('FROM a\nCOPY . /x')[0]!, /\nBuild context: 1,200 files, 1,200,000 bytes$/);
      const copied = 'FROM a\nCOPY . /x';
      images.history = known([build(copied, [step(1, 1_200_000)])], 0);
      assert.deepEqual(hints(copied), ['1: 1.2 MB · 1,200 files']);
      images.history = known([build(copied, [step(1, 1_000_000)])], 0);
      assert.deepEqual(hints(copied), ['1: ≈ 1.2 MB · 1,200 files']);
    });
    it('stay exact while nothing in it changes', () => {
      images.history = built();
      contexts.files.set('x', { bytes: 1000, changedAt: 900 });
      assert.deepEqual(hints(text), ['1: 1 kB', '2: 5 kB · heaviest']);
    });
    it('that are no bytes of files are not held against those: times tell whether they are the same', () => {
      const steps = [{ ...step(1, 12_288), counted: 'blocks' as const, compressedBytes: 432 }, step(2, 5000)];
      images.history = known([build(text, steps)], 0);
      contexts.files.set('x', { bytes: 1000, changedAt: 900 });
      assert.deepEqual(hints(text), ['1: 12.3 kB · heaviest', '2: 5 kB']);
      assert.match(tooltips(text)[0]!, /\nCounted as the blocks that files and folders take/);
      assert.match(tooltips(text)[0]!, /\n432 bytes compressed\n/);
      contexts.files.set('x', { bytes: 1000, changedAt: 1500 });
      assert.deepEqual(hints(text), ['1: ≈ 1 kB', '2: 5 kB stale · heaviest']);
      const elsewhere = { files: 1, bytes: 1000, changedAt: 900, place: { folder: 'other' } };
      images.history = known([build(text, steps, { place: { folder: 'one' } })], 0);
      contexts.answer = known(elsewhere, 0);
      assert.deepEqual(hints(text), ['1: ≈ 1 kB', '2: 5 kB stale · heaviest']);
    });
    it('are predicted where what is copied has another size, and stale behind it', () => {
      images.history = built();
      contexts.files.set('x', { bytes: 1200, changedAt: 1500 });
      assert.deepEqual(hints(text), ['1: ≈ 1.2 kB', '2: 5 kB stale · heaviest']);
      assert.match(tooltips(text)[0]!, /The last build made it 1,000 bytes\./);
    });
    it('are stale behind files that have the same size and were changed since the build began', () => {
      images.history = built();
      contexts.files.set('x', { bytes: 1000, changedAt: 1001 });
      assert.deepEqual(hints(text), ['1: 1 kB', '2: 5 kB stale · heaviest']);
    });
    it('are stale behind files of another folder, and by other ignore rules, of whatever age', () => {
      const place = { folder: 'one', rules: 'some' };
      images.locals.set('a', known(local(), 0));
      images.history = known([build(text, [step(1, 1000), step(2, 5000)], { place })], 0);
      const size = { files: 1, bytes: 1000, changedAt: 900 };
      for (const [now, expected] of [
        [place, '2: 5 kB · heaviest'],
        [{ ...place, folder: 'other' }, '2: 5 kB stale · heaviest'],
        [{ ...place, rules: 'others' }, '2: 5 kB stale · heaviest'],
      ] as const) {
        contexts.answer = known({ ...size, place: now }, 0);
        assert.deepEqual(hints(text).slice(1), ['1: 1 kB', expected]);
        // They are kept under that condition, too.
        const { history } = images;
        images.history = known([], 0);
        assert.deepEqual(hints(text).slice(1), ['1: 1 kB', expected]);
        images.history = history;
      }
      assert.match(tooltips(text)[2]!, /ignore file/);
    });
    it('do not mind a touched ignore file whose rules are those of the build', () => {
      contexts.answer = known(
        { files: 1, bytes: 1000, changedAt: 900, rulesChangedAt: 1500, place: { rules: 'a' } },
        0,
      );
      images.history = known([build(text, [step(1, 1000), step(2, 5000)], { place: { rules: 'a' } })], 0);
      assert.deepEqual(hints(text)[1], '2: 5 kB · heaviest');
      // Where the build does not tell its rules, only the time does.
      images.history = built();
      assert.deepEqual(hints(text)[1], '2: 5 kB stale · heaviest');
    });
    it('are stale behind an empty file that is gone', () => {
      const all = 'FROM a\nCOPY . /x\nRUN make';
      images.history = known([build(all, [step(1, 1000), step(2, 5000)])], 0);
      contexts.files.set('x', { bytes: 1000, changedAt: 900 });
      contexts.files.set('empty', { bytes: 0, changedAt: 900 });
      const reader = new SizeReader({ images, contexts, hash: sha256 });
      const states = () => [...reader.of('file:///Dockerfile', parse(all)).figures.values()].map(({ state }) => state);
      assert.deepEqual(states(), ['exact', 'exact']);
      contexts.files.delete('empty');
      assert.deepEqual(states(), ['exact', 'stale']);
      contexts.files.set('empty', { bytes: 0, changedAt: 900 });
      assert.deepEqual(states(), ['exact', 'exact']);
    });
    it('are about right while it is being looked at, and where it cannot be', () => {
      images.history = built();
      contexts.answer = pending;
      assert.deepEqual(hints(text), ['1: ≈ 1 kB', '2: ≈ 5 kB · heaviest']);
      contexts.answer = failed({ kind: 'notFound', subject: 'x', message: 'There is no x.' });
      assert.match(tooltips(text)[1]!, /There is no x\./);
    });
    it('are stale in stages that build on one with changed files, and copy from it', () => {
      const stages = 'FROM a AS b\nCOPY x /x\nFROM b\nRUN one\nFROM a\nCOPY --from=b /x /y\nRUN two';
      images.history = known([build(stages, [step(1, 10), step(3, 20), step(5, 30), step(6, 40)])], 0);
      contexts.files.set('x', { bytes: 10, changedAt: 1500 });
      assert.deepEqual(hints(stages), ['1: 10 B', '3: 20 B stale', '5: 30 B stale', '6: 40 B stale · heaviest']);
    });
    it('are stale at a command that sees changed files by a mount', () => {
      const mount = 'FROM a\nRUN --mount=type=bind,source=x,target=/x cat /x\nRUN --mount=type=cache,target=/c y';
      images.history = known([build(mount, [step(1, 10), step(2, 20)])], 0);
      contexts.files.set('x', { bytes: 10, changedAt: 1500 });
      assert.deepEqual(hints(mount), ['1: 10 B stale', '2: 20 B stale · heaviest']);
    });
    it('count here-documents, with what is put into them', () => {
      assert.deepEqual(hints('FROM a\nARG V=12345\nCOPY <<ONE <<"TWO" /d/\n$V\nONE\n$V\nTWO\n'), ['6: ≈ 9 B']);
    });
    it('are not told of what is copied from elsewhere, or by a name that only the build knows', () => {
      contexts.files.set('x', { bytes: 10, changedAt: 0 });
      assert.deepEqual(hints('FROM a\nARG N\nCOPY --from=b x /\nADD https://example.com/x /\nCOPY $N /\nRUN y'), []);
    });
    it('say at FROM why something that is copied is not known', () => {
      images.locals.set('a', known(local(), 0));
      const message = 'How large "x.tar.xz" is unpacked is not known: it is packed with xz.';
      contexts.answer = failed({ kind: 'unsupported', subject: 'x', message });
      assert.deepEqual(hints('FROM a\nRUN y\nADD x.tar.xz /'), ['0: base 8 MB']);
      assert.match(
        tooltips('FROM a\nRUN y\nADD x.tar.xz /')[0]!,
        /\nLine 3: How large "x\.tar\.xz" is unpacked is not known/,
      );
    });
    it('replace variables in what is copied', () => {
      contexts.files.set('x', { bytes: 10, changedAt: 0 });
      assert.deepEqual(hints('FROM a\nARG N=x\nCOPY $N /'), ['2: ≈ 10 B']);
    });
    it('are never certain by a build of the same text from elsewhere', () => {
      images.history = known([build(text, [step(1, 1000), step(2, 5000)], { elsewhere: true })], 0);
      contexts.files.set('x', { bytes: 1000, changedAt: 0 });
      assert.deepEqual(hints(text), ['1: 1 kB stale', '2: 5 kB stale · heaviest']);
    });
  });

  describe('by the base image', () => {
    const text = 'FROM a\nRUN x';
    beforeEach(() => {
      images.history = known([build(text, [step(1, 1000)])], 0);
    });
    it('are exact while the name means the same image', () => {
      images.locals.set('a', known(local(), 0));
      assert.deepEqual(hints(text), ['0: base 8 MB · image 8 MB (+1 kB)', '1: 1 kB']);
    });
    it('are stale when the name got an image after the build began', () => {
      images.locals.set('a', known(local({ taggedAt: 1001 }), 0));
      assert.deepEqual(hints(text)[1], '1: 1 kB stale');
    });
    it('are exact on an image that is named by its digest, whether the engine has it or not', () => {
      const pinned = `FROM a:1@sha256:${'d'.repeat(64)}\nRUN x`;
      images.history = known([build(pinned, [step(1, 1000)])], 0);
      for (const image of [known({ ...local(), taggedAt: 1500 }, 0), pending]) {
        images.locals.set(`a@sha256:${'d'.repeat(64)}`, image);
        assert.equal(hints(pinned).at(-1), '1: 1 kB');
      }
      assert.equal(hints(pinned.replace('d'.repeat(64), 'e'.repeat(64))).at(-1), '1: 1 kB stale');
    });
    it('are about right until the engine says which image the name means', () => {
      images.locals.set('a', pending);
      assert.deepEqual(hints(text), ['1: ≈ 1 kB']);
      assert.match(tooltips(text)[0]!, /The engine has still to say which images it has\./);
    });
    it('are exact on a pulled image that the build is known to have stood on, or that was there before', () => {
      const pulled = (more: Partial<LocalImage> = {}) => {
        const { taggedAt: _, ...image } = local({ digests: ['sha256:d'], ...more });
        images.locals.set('a', known(image, 0));
        return hints(text)[1];
      };
      const entries = [{ createdBy: 'ENV V=1', bytes: 0, createdAt: 3000 }];
      const own = { createdBy: 'RUN x', createdAt: 0 };
      assert.equal(pulled(), '1: ≈ 1 kB');
      assert.match(tooltips(text)[1]!, /Nobody knows any more whether the base image was the one it is now\./);
      assert.equal(pulled({ seenSince: 1500 }), '1: ≈ 1 kB');
      assert.equal(pulled({ seenSince: 900 }), '1: 1 kB');
      const root = { layers: ['base'], entries: [{ ...entries[0]!, createdAt: 3700 }, own] };
      images.history = known([build(text, [step(1, 1000)], { ref: 'other', root })], 0);
      assert.equal(pulled({ entries }), '1: 1 kB');
      images.history = known([build(text, [step(1, 1000)], { ref: 'third', root })], 0);
      const digests = ['sha256:e'];
      assert.equal(pulled({ digests, entries, layers: ['other'] }), '1: 1 kB stale');
      assert.equal(pulled({ digests, entries: [{ ...entries[0]!, createdBy: 'ENV V=2' }] }), '1: 1 kB stale');
    });
    it('are exact on an image that was tagged again and is still the same', () => {
      const root = { layers: ['base'], entries: [{ createdBy: 'ENV V=1', createdAt: 3000 }] };
      const entries = [{ createdBy: 'ENV V=1', bytes: 0, createdAt: 3000 }];
      images.history = known([build(text, [step(1, 1000)], { root })], 0);
      images.locals.set('a', known(local({ taggedAt: 5000, entries }), 0));
      assert.equal(hints(text)[1], '1: 1 kB');
    });
    it('are stale when the image is gone that the engine had', () => {
      images.locals.set('a', failed({ kind: 'notFound', subject: 'a', message: 'No.' }));
      assert.deepEqual(hints(text), ['1: 1 kB stale']);
    });
    it('are exact on an image of a registry that the engine keeps no name for', () => {
      images.locals.set('a', failed({ kind: 'notFound', subject: 'a', message: 'No.' }));
      images.history = known(
        [build(text, [step(1, 1000)], { bases: { 'docker.io/library/a:latest': 'sha256:d' } })],
        0,
      );
      assert.deepEqual(hints(text), ['1: 1 kB']);
    });
    it('are stale on an image of a registry when the engine has another by that name', () => {
      images.history = known(
        [build(text, [step(1, 1000)], { bases: { 'docker.io/library/a:latest': 'sha256:d' } })],
        0,
      );
      images.locals.set('a', known(local({ digests: ['sha256:d'] }), 0));
      assert.deepEqual(hints(text)[1], '1: 1 kB');
      images.locals.set('a', known(local({ digests: ['sha256:e'] }), 0));
      assert.deepEqual(hints(text)[1], '1: 1 kB stale');
    });
    it('are those of a build for the engine’s own platform only', () => {
      images.history = known([build(text, [step(1, 1000)], { conditions: '[["platform","linux/arm64"]]' })], 0);
      assert.deepEqual(hints(text), ['1: 1 kB stale']);
    });
    it('know what a registry would send, which is never added to anything', () => {
      images.locals.set('a', failed({ kind: 'notFound', subject: 'a', message: 'No.' }));
      images.downloads.set('a', { compressedBytes: 49 * MB, at: 0 });
      assert.deepEqual(hints(text)[0], '0: ≈ 49 MB download');
      assert.match(tooltips(text)[0]!, /49,000,000 bytes to download, compressed/);
    });
  });

  describe('of stages', () => {
    it('say what ends up in the image, and what weighs most in it', () => {
      const text = 'FROM a AS build\nRUN one\nFROM a AS base\nRUN two\nFROM base\nRUN three\nCOPY --from=build /x /';
      images.locals.set('a', known(local(), 0));
      images.history = known([build(text, [step(1, 50 * MB), step(3, 2 * MB), step(5, 3 * MB), step(6, MB)])], 0);
      assert.deepEqual(hints(text), [
        '0: base 8 MB · stage 58 MB, not in image',
        '1: 50 MB',
        '2: base 8 MB · stage 10 MB, in image',
        '3: 2 MB',
        '4: image 14 MB (+6 MB)',
        '5: 3 MB · heaviest',
        '6: 1 MB',
      ]);
      assert.match(tooltips(text)[0]!, /Not in the image: only what is copied from it is\./);
      assert.match(tooltips(text)[5]!, /^3,000,000 bytes added by this instruction\n21\.4 % of the image\n/);
      assert.doesNotMatch(tooltips(text)[1]!, /of the image/);
    });
    it('say of none that it weighs most while one is not known', () => {
      contexts.files.set('x', { bytes: 4, changedAt: 0 });
      contexts.files.set('y', { bytes: 5, changedAt: 0 });
      assert.deepEqual(hints('FROM a\nWORKDIR /w\nCOPY x /\nCOPY y /'), ['2: ≈ 4 B', '3: ≈ 5 B · heaviest']);
      assert.deepEqual(hints('FROM a\nRUN install\nCOPY x /\nCOPY y /'), ['2: ≈ 4 B', '3: ≈ 5 B']);
    });
    it('tell no share of an image that is out of date, and about what share of one that is guessed', () => {
      const text = 'FROM scratch\nCOPY x /\nRUN z';
      const image = { id: 'i', bytes: 50 };
      images.history = known([build(text, [step(1, 10), step(2, 40)], { image })], 0);
      contexts.files.set('x', { bytes: 10, changedAt: 0 });
      assert.match(tooltips(text)[1]!, /\n20\.0 % of the image\n/);
      contexts.files.set('x', { bytes: 10, changedAt: 1500 });
      assert.doesNotMatch(tooltips(text)[1]!, /of the image/);
      images.history = known([], 0);
      assert.match(tooltips('FROM scratch\nCOPY x /\nCOPY x /y')[1]!, /\nAbout 50\.0 % of the image\n/);
    });
    it('have no total where one line is not known', () => {
      images.locals.set('a', known(local(), 0));
      images.history = known([build('FROM a\nRUN x', [step(1, 5)])], 0);
      assert.deepEqual(hints('FROM a\nRUN x\nRUN y'), ['0: base 8 MB', '1: 5 B']);
    });
    it('have no total by their lines where the base image runs instructions of its own', () => {
      images.locals.set('a', known(local({ triggers: true }), 0));
      images.history = known([build('FROM a\nRUN x', [step(1, 5)])], 0);
      assert.deepEqual(hints('FROM a\nRUN x'), ['0: base 8 MB', '1: 5 B']);
    });
    it('have no total by their lines where a stage has those on it run something', () => {
      const text = 'FROM scratch AS a\nCOPY x /\nONBUILD COPY y /\nFROM a\nCOPY x /z';
      images.history = known([build(text, [step(1, 7), step(4, 7)])], 0);
      contexts.files.set('x', { bytes: 7, changedAt: 0 });
      assert.deepEqual(hints(text), ['0: stage 7 B, in image', '1: 7 B', '4: 7 B']);
    });
    it('are stale behind changed files that the base image copies, or a stage has those on it copy', () => {
      const text = 'FROM a AS b\nRUN x\nONBUILD COPY y /\nFROM b\nRUN z';
      images.history = known([build(text, [step(1, 10), step(4, 20)])], 0);
      contexts.files.set('y', { bytes: 5, changedAt: 1500 });
      images.locals.set('a', known(local(), 0));
      assert.deepEqual(hints(text).slice(1), ['1: 10 B', '4: 20 B stale · heaviest']);
      images.locals.set('a', known(local({ triggers: true, triggersCopy: true }), 0));
      assert.deepEqual(hints(text).slice(1), ['1: 10 B stale', '4: 20 B stale · heaviest']);
      // The engine does not keep it, but the build has a step at the line of FROM.
      const bases = { 'docker.io/library/a:latest': 'sha256:d' };
      images.locals.set('a', failed({ kind: 'notFound', subject: 'a', message: 'No.' }));
      images.history = known([build(text, [step(0, 5), step(1, 10), step(4, 20)], { bases })], 0);
      assert.deepEqual(hints(text)[0], '1: 10 B stale');
    });
    it('have a code lens with total, layers and what an analysis found wasted', () => {
      const text = 'FROM scratch\nCOPY x /\nWORKDIR /y';
      images.history = known([build(text, [step(1, 5000), step(2, 0)], { image: { id: 'i', bytes: 5000 } })], 0);
      contexts.files.set('x', { bytes: 5000, changedAt: 0 });
      const dockerfile = parse(text);
      const sizes = new SizeReader({ images, contexts, hash: sha256 }).of('file:///Dockerfile', dockerfile);
      const titles = (wasted?: number) =>
        codeLenses(dockerfile, sizes, defaultSizeOptions, { wasted: () => wasted }).map(
          ({ command }) => command?.title,
        );
      assert.deepEqual(titles(), ['5 kB · 2 layers']);
      assert.deepEqual(titles(1000), ['5 kB · 2 layers · 1 kB wasted']);
      const [lens] = codeLenses(dockerfile, sizes, defaultSizeOptions, {}, 'show');
      assert.deepEqual([lens?.command?.command, lens?.command?.arguments], ['show', ['i']]);
      assert.deepEqual(codeLenses(dockerfile, sizes, { ...defaultSizeOptions, codeLens: false }, {}), []);
    });
  });

  describe('by settings', () => {
    const text = 'FROM a\nRUN x\nRUN y';
    beforeEach(() => {
      images.history = known([build(text, [step(1, 5 * MB), step(2, 20 * MB)])], 0);
    });
    it('are shown above a threshold, or not at all', () => {
      assert.deepEqual(hints(text, { hints: 'threshold' }), ['2: 20 MB · heaviest']);
      assert.deepEqual(hints(text, { hints: 'none' }), []);
    });
    it('are shown in binary units', () =>
      assert.deepEqual(hints(text, { units: 'MiB' }), ['1: 4.77 MiB', '2: 19.1 MiB · heaviest']));
  });

  describe('that were kept', () => {
    const text = 'FROM a\nRUN x\nRUN y';
    beforeEach(() => {
      images.locals.set('a', known(local(), 0));
      images.history = known([build(text, [step(1, 1000), step(2, 2000)], { buildArgs: { TOKEN: 'hunter2' } })], 0);
      hints(text);
      images.history = known([], 0);
    });
    it('are exact when the engine has forgotten the build', () => {
      assert.deepEqual(hints(text).slice(1), ['1: 1 kB', '2: 2 kB · heaviest']);
      assert.match(tooltips(text)[1]!, /From a build that the engine no longer remembers, built 1970-01-01 00:00 UTC/);
    });
    it('are exact without an engine, on the image that the name meant last', () => {
      images.locals.clear();
      images.history = failed({ kind: 'unreachable', subject: 'engine', message: 'Nothing answers.' });
      assert.deepEqual(hints(text), ['1: 1 kB', '2: 2 kB · heaviest']);
    });
    it('are stale behind a change, and on another base image', () => {
      assert.deepEqual(hints('FROM a\nRUN z\nRUN y').slice(1), ['2: 2 kB stale']);
      images.locals.set('a', known(local({ id: 'sha256:2' }), 0));
      assert.deepEqual(hints(text).slice(1), ['1: 1 kB stale', '2: 2 kB stale · heaviest']);
    });
    it('give way to those of an image that reads like the file, which may be of another engine', () => {
      const entries = ['', 'RUN /bin/sh -c z # buildkit', 'RUN /bin/sh -c y # buildkit'];
      images.histories = known(
        [
          {
            id: 'i',
            tags: [],
            layers: ['base'],
            entries: entries.map((by) => ({ createdBy: by, bytes: 7, createdAt: 1 })),
          },
        ],
        0,
      );
      images.locals.set('a', known(local({ id: 'sha256:2', layers: ['other'] }), 0));
      assert.deepEqual(hints('FROM a\nRUN z\nRUN y').slice(1), ['1: ≈ 7 B', '2: ≈ 7 B']);
    });
    it('are not made of what is only roughly known', () => {
      const rough = [{ ...step(1, 3000), roughly: true as const }];
      images.history = known([build('FROM a\nRUN rough', rough)], 0);
      assert.deepEqual(hints('FROM a\nRUN rough').slice(1), ['1: ≈ 3 kB']);
      images.history = known([], 0);
      assert.deepEqual(hints('FROM a\nRUN rough').slice(1), []);
    });
    it('are those of the last value of an argument that only builds know', () => {
      const open = 'FROM a\nARG V\nRUN x\nRUN y';
      const of = (V: string, ref: string, steps: readonly BuildStep[]) => build(open, steps, { ref, buildArgs: { V } });
      const first = of('1', '1', [step(2, 10), step(3, 20)]);
      images.history = known([first], 0);
      hints(open);
      images.history = known([], 0);
      assert.deepEqual(hints(open).slice(1), ['2: 10 B', '3: 20 B · heaviest']);
      images.history = known([of('2', '2', [step(2, 11)]), first], 0);
      hints(open);
      images.history = known([], 0);
      assert.deepEqual(hints(open).slice(1), ['2: 11 B', '3: 20 B stale · heaviest']);
    });
    it('hold no text and no secret', () => {
      assert.doesNotMatch(
        JSON.stringify([[...images.kept.sizes], [...images.kept.images]]),
        /hunter2|TOKEN|RUN|library/,
      );
    });
    it('are not those of a file of the same text in another folder that copies something', () => {
      const copies = 'FROM a\nCOPY x /';
      contexts.files.set('x', { bytes: 7, changedAt: 0 });
      images.history = known([build(copies, [step(1, 7)])], 0);
      const reader = new SizeReader({ images, contexts, hash: sha256 });
      const sourcesAt = (uri: string) =>
        [...reader.of(uri, parse(copies)).figures.values()].map(({ source }) => source);
      reader.of('file:///one/Dockerfile', parse(copies));
      images.history = known([], 0);
      assert.deepEqual(sourcesAt('file:///one/Dockerfile'), ['kept']);
      assert.deepEqual(sourcesAt('file:///two/Dockerfile'), ['prediction']);
    });
  });

  describe('by the build cache', () => {
    const record = (id: string, parent: string | undefined, description: string, bytes: number): BuildCacheStep => ({
      ...{ id, parents: parent === undefined ? [] : [parent], description, bytes, createdAt: 1000 },
    });
    const run = (command: string) => `mount / from exec /bin/sh -c ${command}`;
    beforeEach(() => {
      images.history = failed({ kind: 'unsupported', subject: 'BuildKit', message: 'It keeps no history.' });
    });
    it('are about right for commands, which another project may have run on another image', () => {
      for (const base of ['from local ', 'pulled from docker.io/library/a:1@sha256:0']) {
        images.cache = known(
          [record('b', undefined, base, 0), record('1', 'b', run('x'), 10), record('2', '1', run('y'), 20)],
          0,
        );
        assert.deepEqual(hints('FROM a:2\nRUN x\nRUN y'), ['1: ≈ 10 B', '2: ≈ 20 B · heaviest']);
      }
    });
    it('are exact for copies on nothing that would have the same size now', () => {
      contexts.files.set('x', { bytes: 10, changedAt: 0 });
      contexts.files.set('y', { bytes: 20, changedAt: 0 });
      images.cache = known([record('1', undefined, 'COPY x /', 10), record('2', '1', '[a 2/2] COPY y /', 20)], 0);
      assert.deepEqual(hints('FROM scratch\nCOPY x /\nCOPY y /').slice(1), ['1: 10 B', '2: 20 B · heaviest']);
    });
    it('are about right where several fit', () => {
      images.cache = known(
        [record('b', undefined, 'from local ', 0), record('1', 'b', run('x'), 10), record('2', 'b', run('x'), 20)],
        0,
      );
      assert.deepEqual(hints('FROM a\nRUN x'), ['1: ≈ 10 B']);
    });
    it('are told apart by the size that would be copied', () => {
      contexts.files.set('x', { bytes: 20, changedAt: 0 });
      images.cache = known(
        [
          record('1', undefined, '[stage-0 1/2] COPY x /', 10),
          record('2', undefined, '[other 3/7] COPY x /', 20),
          record('3', '1', run('y'), 100),
          record('4', '2', run('y'), 200),
        ],
        0,
      );
      assert.deepEqual(hints('FROM scratch\nCOPY x /\nRUN y'), [
        '0: image ≈ 220 B (≈ +220 B)',
        '1: 20 B',
        '2: ≈ 200 B · heaviest',
      ]);
    });
    it('are about right where the cache counts what is kept packed, too', () => {
      const both = { ...record('1', undefined, '[stage-0 1/1] COPY x /', 10), packed: true as const };
      images.cache = known([both], 0);
      assert.match(hints('FROM scratch\nCOPY x /')[1]!, /^1: ≈ 10 B/);
    });
    it('are none below a step that is not there', () => {
      images.cache = known([record('b', undefined, 'from local ', 0), record('1', 'x', run('x'), 10)], 0);
      assert.deepEqual(hints('FROM a\nRUN x'), []);
    });
  });

  describe('by the history of an image', () => {
    const entry = (createdBy: string, bytes = 0): HistoryEntry => ({ createdBy, bytes, createdAt: 1000 });
    const baseEntries = [entry('', 8 * MB)];
    const image = (entries: readonly HistoryEntry[], layers = ['base', 'own'], below = baseEntries) =>
      known([{ id: 'i', tags: ['app:1'], layers, entries: [...below, ...entries] }], 0);
    beforeEach(() => {
      images.locals.set('a', known(local({ entries: baseEntries }), 0));
      images.history = failed({ kind: 'unsupported', subject: 'BuildKit', message: 'It keeps no history.' });
    });
    const own = (text: string) => hints(text).filter((line) => !line.startsWith('0:'));

    it('are exact in the order of the file, in the words of BuildKit', () => {
      images.histories = image([
        entry('ENV A=b'),
        entry('RUN /bin/sh -c x # buildkit', 10),
        entry('COPY f /f # buildkit', 20),
        entry('CMD ["sh"]'),
      ]);
      contexts.files.set('f', { bytes: 20, changedAt: 0 });
      assert.deepEqual(own('FROM a\nENV A=b\nRUN x\nCOPY f /f\nCMD ["sh"]'), ['2: 10 B', '3: 20 B · heaviest']);
    });
    it('are exact in the words of the classic builder', () => {
      images.histories = image([
        entry('/bin/sh -c #(nop)  ENV A=b'),
        entry('/bin/sh -c x', 10),
        entry('/bin/sh -c #(nop) COPY file:4f in /f', 20),
      ]);
      contexts.files.set('f', { bytes: 20, changedAt: 0 });
      assert.deepEqual(own('FROM a\nENV A=b\nRUN x\nCOPY f /f'), ['2: 10 B', '3: 20 B · heaviest']);
    });
    it('are about right behind another variable, another argument, a mount, another stage', () => {
      images.histories = image([entry('ENV A=c'), entry('RUN /bin/sh -c x # buildkit', 10)]);
      assert.deepEqual(own('FROM a\nENV A=b\nRUN x'), ['2: ≈ 10 B']);
      images.histories = image([entry('ARG V=2'), entry('RUN |1 V=2 /bin/sh -c x # buildkit', 10)]);
      assert.deepEqual(own('FROM a\nARG V=1\nRUN x'), ['2: ≈ 10 B']);
      assert.deepEqual(own('FROM a\nARG V=2\nRUN x'), ['2: 10 B']);
      images.histories = image([entry('RUN /bin/sh -c x # buildkit', 10)]);
      assert.deepEqual(own('FROM a\nRUN --mount=type=cache,target=/c x'), ['1: ≈ 10 B']);
      images.histories = image([entry('COPY /x /y # buildkit', 10)]);
      assert.deepEqual(hints('FROM a AS b\nFROM a\nCOPY --from=b /x /y').at(-1), '2: ≈ 10 B');
    });
    it('are about right where something else is below them', () => {
      for (const below of ['RUN /bin/sh -c w # buildkit', 'ENV A=b']) {
        images.histories = image([entry(below), entry('RUN /bin/sh -c x # buildkit', 10)]);
        assert.deepEqual(own('FROM a\nRUN x'), ['1: ≈ 10 B']);
      }
      images.histories = image([entry('RUN /bin/sh -c x # buildkit', 10)], undefined, [entry('ENV A=b')]);
      assert.deepEqual(own('FROM a\nRUN x'), ['1: ≈ 10 B']);
    });
    it('are about right behind copied files, which may be another project’s', () => {
      images.histories = image([entry('COPY f /f # buildkit', 20), entry('RUN /bin/sh -c x # buildkit', 10)]);
      contexts.files.set('f', { bytes: 20, changedAt: 0 });
      assert.deepEqual(own('FROM a\nCOPY f /f\nRUN x'), ['1: 20 B · heaviest', '2: ≈ 10 B']);
    });
    it('are about right where blanks differ, which may be part of a word', () => {
      images.histories = image([entry('RUN /bin/sh -c printf "a  b" > /x # buildkit', 4)]);
      assert.deepEqual(own('FROM a\nRUN printf "a b" > /x'), ['1: ≈ 4 B']);
    });
    it('are about right where the base is not the one that the name means now', () => {
      images.histories = image([entry('RUN /bin/sh -c x # buildkit', 10)], ['other', 'own']);
      assert.deepEqual(own('FROM a\nRUN x'), ['1: ≈ 10 B']);
    });
    it('are none of an image that reads otherwise', () => {
      images.histories = image([entry('RUN /bin/sh -c y # buildkit', 10)]);
      assert.deepEqual(own('FROM a\nRUN x'), []);
    });
    it('are stale behind files that were changed since', () => {
      images.histories = image([entry('COPY f /f # buildkit', 20), entry('RUN /bin/sh -c x # buildkit', 10)]);
      contexts.files.set('f', { bytes: 20, changedAt: 1001 });
      assert.deepEqual(own('FROM a\nCOPY f /f\nRUN x'), ['1: 20 B · heaviest', '2: 10 B stale']);
    });
  });

  it('say in the tooltip why the engine tells nothing', () => {
    images.locals.set('a', known(local(), 0));
    images.history = failed({
      kind: 'unsupported',
      subject: 'BuildKit',
      message: 'It keeps no history.',
      next: 'Update it.',
    });
    assert.match(
      tooltips('FROM a\nRUN x')[0]!,
      /The engine tells nothing of its builds\. It keeps no history\. Update it\.$/,
    );
  });
});
