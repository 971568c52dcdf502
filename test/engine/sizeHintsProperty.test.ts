import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { path } from '../../server/engine/apiPath.ts';
import { build } from '../../server/engine/buildkit/build.ts';
import type { Engine } from '../../server/engine/engine.ts';
import type { FileSizes } from '../../server/language/sizes/fileSizes.ts';
import { ProblemError } from '../../server/util/problemError.ts';
import { importBaseImage, removeImage } from '../support/baseImage.ts';
import { DiskContexts } from '../support/diskContexts.ts';
import { random } from '../support/random.ts';
import { engineOrSkip } from '../support/realEngine.ts';
import { type SizesOfEngine, shown, sizesOfEngine } from '../support/sizesOfEngine.ts';

const never = new AbortController().signal;
const unique = `${process.pid}-${Date.now().toString(36)}`;
const mark = `gantry-test/property-${unique}`;
const base = `${mark}:base`;
const seed = Number(process.env['GANTRY_TEST_SEED'] ?? 7);
const rounds = Number(process.env['GANTRY_TEST_ROUNDS'] ?? 12);

/** Each line's size follows from what is before it, so that whatever is wrongly taken for unchanged shows. */
const first = `FROM ${base} AS build
ARG SIZE=100
ENV EXTRA=10
WORKDIR /src
COPY one.txt two.txt /src/
RUN cat /src/*.txt > /src/all && head -c $SIZE /dev/zero >> /src/all
COPY sub /sub
RUN head -c $EXTRA /dev/zero > /extra && cat /sub/* >> /extra
FROM build AS more
RUN cat /extra /extra > /twice
FROM ${base}
COPY --from=build /src/all /all
RUN --mount=type=bind,source=sub,target=/m cat /m/* /all > /mounted
COPY --from=more /twice /twice
RUN cat /twice /all > /end
`;

describe('size hints of files that are edited and built again', function () {
  this.timeout(300_000);
  let engine: Engine;
  let folder: string;
  let kept: string;
  let sizes: SizesOfEngine;
  const below = random(seed);

  before(async function () {
    engine = await engineOrSkip(this);
    await importBaseImage(engine, `${mark}:root`, never);
    folder = await mkdtemp(join(tmpdir(), 'gantry-property-'));
    kept = await mkdtemp(join(tmpdir(), 'gantry-kept-'));
    await mkdir(join(folder, 'sub'));
    for (const name of ['one.txt', 'two.txt', 'sub/three.txt', 'sub/four.txt'])
      await writeFile(join(folder, name), 'x'.repeat(1000 + below(1000)));
    await rebase(1);
    sizes = sizesOfEngine(engine, { contexts: new DiskContexts(folder), folder: kept, dockerConfig: kept });
  });
  after(async () => {
    await sizes?.dispose();
    if (!engine) return;
    for (const tag of ['root', 'base', 'out']) await removeImage(engine, `${mark}:${tag}`);
    engine.dispose();
    for (const each of [folder, kept]) await rm(each, { recursive: true });
  });

  const world = { credentials: { find: async () => undefined }, refuse: () => undefined };

  async function made(text: string, tag: string, buildArgs: Readonly<Record<string, string>> = {}): Promise<string> {
    const dockerfile = join(folder, tag === base ? 'base.Dockerfile' : 'Dockerfile');
    await writeFile(dockerfile, text);
    const spec = { dockerfile, context: folder, tags: [tag], buildArgs };
    const result = await build(engine, spec, world, () => {}, never);
    if (result.kind !== 'built') throw new Error(`${JSON.stringify(result)}\n${text}`);
    return result.imageId;
  }

  /** Another image gets the name of the base. */
  async function rebase(bytes: number): Promise<string> {
    return made(`FROM ${mark}:root\nRUN echo ${unique} > /unique; head -c ${bytes} /dev/zero > /src-of-base\n`, base);
  }

  const numbers = (line: string) => line.replace(/=\d+$/, () => `=${50 + below(500)}`);

  /** One thing that people do between two builds. Returns what the file says then. */
  async function change(
    text: string,
    before: readonly string[],
  ): Promise<{ readonly what: string; readonly text: string }> {
    const lines = text.split('\n');
    const runs = lines.flatMap((line, index) => (line.startsWith('RUN ') ? [index] : []));
    switch (below(10)) {
      case 0: {
        const at = lines.findIndex((line) => line.startsWith('ARG'));
        return { what: 'default', text: lines.with(at, numbers(lines[at]!)).join('\n') };
      }
      case 1: {
        const at = lines.findIndex((line) => line.startsWith('ENV'));
        return { what: 'variable', text: lines.with(at, numbers(lines[at]!)).join('\n') };
      }
      case 2: {
        const at = runs[below(runs.length)]!;
        return {
          what: 'command',
          text: lines.with(at, `${lines[at]} && head -c ${below(99)} /dev/zero > /x${below(9)}`).join('\n'),
        };
      }
      case 3: {
        const at = runs[below(runs.length)]!;
        return {
          what: 'inserted',
          text: lines.toSpliced(at, 0, `RUN head -c ${1 + below(500)} /dev/zero > /sub-${below(9)}`).join('\n'),
        };
      }
      case 4:
        return { what: 'label', text: `${text}LABEL round=${below(1000)}\n` };
      case 5:
        return { what: 'back', text: before[below(before.length)] ?? text };
      case 6: {
        const name = ['one.txt', 'two.txt', 'sub/three.txt', 'sub/four.txt'][below(4)]!;
        await writeFile(join(folder, name), 'y'.repeat(1000 + below(1000)));
        return { what: `size of ${name}`, text };
      }
      case 7: {
        // As many bytes as before in all, in other files: what is copied has the same size, what is made of it may not.
        await writeFile(join(folder, 'sub/three.txt'), 'z'.repeat(700));
        await writeFile(join(folder, 'sub/four.txt'), 'z'.repeat(1300));
        if (below(2) === 0) await utimes(join(folder, 'sub/four.txt'), 1, 1);
        return { what: 'contents', text };
      }
      case 8: {
        const id = await rebase(below(1000));
        const reference = { registry: 'docker.io', repository: mark, tag: 'base' };
        await sizes.until(uri(), text, () => {
          const image = sizes.images.localImage(reference);
          return image.state === 'known' && image.value.id === id;
        });
        return { what: 'base', text };
      }
      default:
        return { what: 'comment', text: `# ${below(1000)}\n${text}` };
    }
  }

  const uri = () => pathToFileURL(join(folder, 'Dockerfile')).href;
  const exactIn = ({ figures }: FileSizes) => [...figures].filter(([, { state }]) => state === 'exact');

  /** What the engine says of the build that made an image, by line. */
  async function truthOf(id: string, text: string): Promise<ReadonlyMap<number, number>> {
    const newest = () => {
      const found = sizes.images.builds({ uri: uri(), text });
      return found.state === 'known'
        ? found.value.find(({ image, dockerfile }) => image?.id === id && dockerfile === text)
        : undefined;
    };
    await sizes.until(uri(), text, () => newest() !== undefined);
    const steps = newest()!.steps;
    // The final stage once more, from the image itself.
    const history = (await engine.json({ method: 'GET', path: path`/images/${id}/history` }, never)) as {
      Size: number;
      CreatedBy: string;
    }[];
    const layers = history.filter(({ CreatedBy }) => /^(?:RUN|COPY)/.test(CreatedBy)).map(({ Size }) => Size);
    const last = text.split('\n').findLastIndex((line) => line.startsWith('FROM'));
    const own = steps.filter(({ startLine }) => startLine > last).map(({ bytes }) => bytes);
    assert.deepEqual(own, layers.slice(0, own.length).reverse());
    return new Map(steps.map(({ startLine, bytes }) => [startLine, bytes]));
  }

  /** Another process, later, on an engine that tells nothing of its builds: it has what was kept and the images. */
  async function later(text: string): Promise<FileSizes> {
    const mute: Engine = Object.create(engine, {
      dial: {
        value: async () => {
          throw new ProblemError({ kind: 'notFound', subject: 'BuildKit', message: 'page not found' });
        },
      },
    });
    const other = sizesOfEngine(mute, { contexts: new DiskContexts(folder), folder: kept, dockerConfig: kept });
    try {
      return await other.until(
        uri(),
        text,
        ({ missing }) =>
          missing !== undefined &&
          other.images.imageHistories().state === 'known' &&
          other.images.keptSizes.of(uri()) !== undefined &&
          other.images.localImage({ registry: 'docker.io', repository: mark, tag: 'base' }).state === 'known',
      );
    } finally {
      await other.dispose();
    }
  }

  it(`never show as certain what the next build makes otherwise (seed ${seed})`, async () => {
    let text = first;
    const before = [first];
    const told = { exact: 0, kept: 0, stale: 0, about: 0 };
    await truthOf(await made(text, `${mark}:out`), text);
    for (let round = 0; round < rounds; round++) {
      const changes: string[] = [];
      for (let count = 1 + below(2); count > 0; count--) {
        const changed = await change(text, before);
        changes.push(changed.what);
        text = changed.text;
      }
      const now = sizes.of(uri(), text);
      const afterwards = await later(text);
      before.push(text);
      const truth = await truthOf(await made(text, `${mark}:out`), text);
      for (const [claims, from] of [
        [now, 'now'],
        [afterwards, 'later'],
      ] as const) {
        for (const [instruction, { bytes, source }] of exactIn(claims)) {
          const actual = truth.get(instruction.startLine);
          const where = `round ${round} (${changes}), ${from}, line ${instruction.startLine + 1} from ${source}`;
          if (actual === undefined) continue;
          assert.equal(bytes, actual, `${where}: ${shown(claims).join(', ')}\n${text}`);
          if (from === 'now') told.exact++;
          else told.kept++;
        }
      }
      for (const { state } of now.figures.values()) if (state !== 'exact') told[state]++;
    }
    console.log(`      ${rounds} rounds: ${JSON.stringify(told)}`);
    // A test that is told nothing proves nothing.
    assert.ok(
      told.exact >= rounds && told.kept >= rounds / 2 && told.stale + told.about > rounds,
      JSON.stringify(told),
    );
  });
});
