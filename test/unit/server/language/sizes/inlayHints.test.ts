import assert from 'node:assert/strict';
import { known } from '../../../../../common/known.ts';
import type { BuildRecord, BuildStep } from '../../../../../server/language/host.ts';
import { defaultSizeOptions } from '../../../../../server/language/sizes/sizeOptions.ts';
import { InMemoryImages } from '../../../../support/inMemoryImages.ts';
import { hintsIn } from '../../../../support/sizeHints.ts';

/** A build of `lines`, each of which added so many bytes; lines without a number added nothing that is known. */
function build(lines: readonly (string | readonly [string, number])[], more: Partial<BuildRecord> = {}): BuildRecord {
  const texts = lines.map((line) => (typeof line === 'string' ? line : line[0]));
  const steps = lines.flatMap((line, index): readonly BuildStep[] =>
    typeof line === 'string' ? [] : [{ startLine: index, endLine: index, bytes: line[1], cached: false, seconds: 1.5 }],
  );
  const dockerfile = texts.join('\n');
  return { ref: dockerfile, startedAt: 0, completedAt: 0, dockerfile, buildArgs: {}, steps, failed: false, ...more };
}

function hintsOf(text: string, builds: readonly BuildRecord[], images = new InMemoryImages()): readonly string[] {
  images.history = known(builds, 0);
  const hints = hintsIn(text, { images });
  return hints.map(({ position, label }) => `${position.line}: ${String(label).replace(' · heaviest', '')}`);
}

const MB = 1_000_000;

describe('size hints', () => {
  const built = build(['FROM a', ['RUN one', 128 * MB], ['RUN two', 4.2 * MB], 'CMD x']);

  it('show what each instruction of an unchanged file added', () => {
    assert.deepEqual(hintsOf(built.dockerfile, [built]), ['1: 128 MB', '2: 4.2 MB']);
  });
  it('stay when lines are broken otherwise and comments come in', () => {
    assert.deepEqual(hintsOf('# hi\nFROM a\n\nRUN \\\n # why\n one\nRUN two', [built]), ['5: 128 MB', '6: 4.2 MB']);
  });
  it('are stale behind a change, and absent at it', () => {
    assert.deepEqual(hintsOf('FROM a\nRUN other\nRUN two', [built]), ['2: 4.2 MB stale']);
  });
  it('are stale on another base image', () => {
    assert.deepEqual(hintsOf('FROM b\nRUN one\nRUN two', [built]), ['1: 128 MB stale', '2: 4.2 MB stale']);
  });
  it('are stale behind a line that is gone', () =>
    assert.deepEqual(hintsOf('FROM a\nRUN two', [built]), ['1: 4.2 MB stale']));
  it('are stale behind a line that is new', () => {
    assert.deepEqual(hintsOf('FROM a\nENV X=1\nRUN one', [built]), ['2: 128 MB stale']);
  });
  it('are not touched by what only changes the configuration', () => {
    assert.deepEqual(hintsOf('FROM a\nLABEL x=1\nRUN one\nEXPOSE 1\nRUN two\nCMD y', [built]), [
      '2: 128 MB',
      '4: 4.2 MB',
    ]);
  });
  it('are stale under another frontend', () => {
    assert.deepEqual(hintsOf('# syntax=docker/dockerfile:1\nFROM a\nRUN one', [built]), ['2: 128 MB stale']);
  });
  it('leave out what added nothing', () =>
    assert.deepEqual(hintsOf('FROM a\nRUN x', [build(['FROM a', ['RUN x', 0]])]), []));
  it('tell repeated commands apart by what is before them', () => {
    const twice = build(['FROM a', ['RUN x', 1000], ['RUN x', 2000]]);
    assert.deepEqual(hintsOf(twice.dockerfile, [twice]), ['1: 1 kB', '2: 2 kB']);
    assert.deepEqual(hintsOf('FROM b\nRUN x', [twice]), []);
  });
  it('are stale when a build argument has another default', () => {
    const argument = build(['ARG V=1', 'FROM a:$V', ['RUN x', 1000]]);
    assert.deepEqual(hintsOf('ARG V=2\nFROM a:$V\nRUN x', [argument]), ['2: 1 kB stale']);
  });
  it('are stale when a global argument that the stage takes over has another default', () => {
    const argument = build(['ARG V=1', 'FROM a', 'ARG V', ['RUN x', 1000]]);
    assert.deepEqual(hintsOf(argument.dockerfile, [argument]), ['3: 1 kB']);
    assert.deepEqual(hintsOf('ARG V=2\nFROM a\nARG V\nRUN x', [argument]), ['3: 1 kB stale']);
  });
  it('are stale when the build was given another value than the default', () => {
    const given = { buildArgs: { V: '2' } };
    const inStage = build(['FROM a', ['RUN x', 5], 'ARG V=1', ['RUN y', 7]], given);
    assert.deepEqual(hintsOf(inStage.dockerfile, [inStage]), ['1: 5 B', '3: 7 B stale']);
    const inFrom = build(['ARG V=1', 'FROM a:$V', ['RUN x', 5]], given);
    assert.deepEqual(hintsOf(inFrom.dockerfile, [inFrom]), ['2: 5 B stale']);
    const global = build(['ARG V=1', 'FROM a', ['RUN x', 5], 'ARG V', ['RUN y', 7]], given);
    assert.deepEqual(hintsOf(global.dockerfile, [global]), ['2: 5 B', '4: 7 B stale']);
    const indirect = build(['ARG V=1', 'ARG W=a:$V', 'FROM $W', ['RUN x', 5]], given);
    assert.deepEqual(hintsOf(indirect.dockerfile, [indirect]), ['3: 5 B stale']);
  });
  it('are those of a build that was given what the file now has as the default', () => {
    const given = build(['FROM a', 'ARG V=2', ['RUN y', 7]], { buildArgs: { V: '2' } });
    assert.deepEqual(hintsOf(given.dockerfile, [given]), ['2: 7 B']);
  });
  it('are those of the last build where only builds know the value', () => {
    const given = build(['ARG G', 'FROM a', 'ARG V', 'ARG G', ['RUN y', 7]], { buildArgs: { V: '2', G: '3' } });
    assert.deepEqual(hintsOf(given.dockerfile, [given]), ['4: 7 B']);
  });
  it('are stale where the last build was given another value and did not come so far', () => {
    const before = build(['FROM a', 'ARG V', ['RUN x', 2], ['RUN y', 7]], { ref: '1', buildArgs: { V: '2' } });
    const last = build(['FROM a', 'ARG V', ['RUN x', 3], 'RUN y'], { ref: '2', buildArgs: { V: '3' }, failed: true });
    assert.deepEqual(hintsOf(last.dockerfile, [last, before]), ['2: 3 B', '3: 7 B stale']);
    const without = build(['FROM a', 'ARG V', ['RUN x', 3], 'RUN y'], { ref: '3', failed: true });
    assert.deepEqual(hintsOf(last.dockerfile, [without, before]), ['2: 3 B', '3: 7 B stale']);
  });
  it('are about right where only the build knows which image it stands on', () => {
    const given = build(['ARG BASE', 'FROM $BASE', ['RUN x', 7]], { buildArgs: { BASE: 'a' } });
    assert.deepEqual(hintsOf(given.dockerfile, [given]), ['2: ≈ 7 B']);
  });
  it('are stale when a stage that is copied from has changed', () => {
    const stages = build(['FROM a AS b', ['RUN x', 1000], 'FROM c', ['COPY --from=b /x /x', 2000], ['RUN y', 3000]]);
    assert.deepEqual(hintsOf(stages.dockerfile, [stages]), ['1: 1 kB', '3: 2 kB', '4: 3 kB']);
    assert.deepEqual(hintsOf(stages.dockerfile.replace('RUN x', 'RUN z'), [stages]), [
      '3: 2 kB stale',
      '4: 3 kB stale',
    ]);
  });
  it('are stale when a stage that is mounted or copied from by number has changed', () => {
    const stages = build([
      'FROM a',
      ['RUN x', 1000],
      'FROM a AS m',
      ['RUN w', 5],
      'FROM c',
      ['COPY --from=0 /x /', 2000],
      ['RUN --mount=from=m ls', 7],
    ]);
    assert.deepEqual(hintsOf(stages.dockerfile.replace('RUN x', 'RUN z'), [stages]), [
      '3: 5 B',
      '5: 2 kB stale',
      '6: 7 B stale',
    ]);
    assert.deepEqual(hintsOf(stages.dockerfile.replace('RUN w', 'RUN z'), [stages]), [
      '1: 1 kB',
      '5: 2 kB',
      '6: 7 B stale',
    ]);
  });
  it('are stale when the stage it builds on has changed', () => {
    const stages = build(['FROM a AS b', ['RUN x', 1000], 'FROM b', ['RUN y', 3000]]);
    assert.deepEqual(hintsOf(stages.dockerfile.replace('RUN x', 'RUN z'), [stages]), ['3: 3 kB stale']);
  });
  it('are stale when a heredoc before has changed, and absent at it', () => {
    const heredoc = build(['FROM a', ['RUN <<EOF', 1000], 'x', 'EOF', ['RUN y', 3000]]);
    assert.deepEqual(hintsOf(heredoc.dockerfile, [heredoc]), ['3: 1 kB', '4: 3 kB']);
    assert.deepEqual(hintsOf(heredoc.dockerfile.replace('\nx\n', '\nz\n'), [heredoc]), ['4: 3 kB stale']);
  });
  it('are stale when a flag of an earlier instruction has changed', () => {
    const flags = build(['FROM a', ['COPY --chown=1 x /', 1000], ['RUN y', 3000]]);
    assert.deepEqual(hintsOf('FROM a\nCOPY --chown=2 x /\nRUN y', [flags]), ['2: 3 kB stale']);
  });
  it('take the newest build that fits', () => {
    const newer = build(['FROM a', ['RUN one', 130 * MB]], { ref: 'newer' });
    assert.deepEqual(hintsOf('FROM a\nRUN one\nRUN two', [newer, built]), ['1: 130 MB', '2: 4.2 MB']);
  });
  it('prefer an older build that fits to a newer one that does not', () => {
    const newer = build(['FROM b', ['RUN one', 130 * MB]], { ref: 'newer' });
    assert.deepEqual(hintsOf('FROM a\nRUN one', [newer, built]), ['1: 128 MB']);
  });
  it('leave out what has a size for each of several platforms', () => {
    const step = { startLine: 1, endLine: 1, bytes: 1000, cached: false };
    const platforms = build(['FROM a', 'RUN x'], { steps: [step, { ...step, bytes: 2000 }, { ...step, bytes: 3000 }] });
    assert.deepEqual(hintsOf('FROM a\nRUN x', [platforms]), []);
  });
  it('show the base image the engine has', () => {
    const images = new InMemoryImages();
    images.sizes.set('alpine:3.20', 8 * MB);
    assert.deepEqual(hintsOf('ARG V=3.20\nFROM alpine:$V AS b\nFROM b\nFROM scratch', [], images), ['1: base 8 MB']);
  });
  it('leave out the base image where it may be that of another platform', () => {
    const images = new InMemoryImages();
    images.sizes.set('alpine', 8 * MB);
    assert.deepEqual(hintsOf('FROM --platform=linux/arm64 alpine', [], images), []);
    assert.deepEqual(hintsOf('FROM --platform=$BUILDPLATFORM alpine', [], images), ['0: base 8 MB']);
  });
  it('show the image that the last stage became, as long as nothing changed', () => {
    const image = { ...built, image: { id: 'sha256:1', bytes: 140 * MB } };
    assert.deepEqual(hintsOf(built.dockerfile, [image])[0], '0: image 140 MB (+132 MB)');
    assert.deepEqual(hintsOf(`${built.dockerfile}\nRUN more`, [image])[0], '1: 128 MB');
  });
  it('show no image of a build of another stage', () => {
    const image = build(['FROM a AS b', ['RUN x', 1], 'FROM c AS d', ['RUN y', 2]], {
      target: 'b',
      image: { id: 'sha256:1', bytes: 9 * MB },
    });
    assert.deepEqual(hintsOf(image.dockerfile, [image]), ['0: stage 9 MB, not in image', '1: 1 B', '3: 2 B']);
  });
  it('show nothing of builds that are not known yet', () => {
    const images = new InMemoryImages();
    assert.deepEqual(hintsIn('FROM a\nRUN b', { images }), []);
  });
  it('tell the exact bytes, and of build arguments the names alone', () => {
    const images = new InMemoryImages();
    const args = build(['FROM a', ['RUN x', 1_234_567]], { buildArgs: { TOKEN: 'hunter2' } });
    images.history = known([args], 0);
    const [hint] = hintsIn('FROM a\nRUN x', { images });
    assert.equal(
      hint?.tooltip,
      '1,234,567 bytes added by this instruction\n1.5 s\nFrom the record of the build, built 1970-01-01 00:00 UTC with TOKEN set',
    );
  });
  it('are given for the lines that are asked for', () => {
    const images = new InMemoryImages();
    images.history = known([built], 0);
    const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } };
    const hints = hintsIn(built.dockerfile, { images }, defaultSizeOptions, range);
    assert.deepEqual(
      hints.map(({ position }) => position.line),
      [2],
    );
  });
});
