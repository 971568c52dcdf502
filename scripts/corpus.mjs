// Compares what `dist/cli.js parse` prints with BuildKit's recorded answers: npm run corpus -- FILE…
// A FILE is a JSON array, or gzipped JSON lines, of {name or file, dockerfile, buildkit: {escape, nodes} or {error}}.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const cases = (await Promise.all(process.argv.slice(2).map(readCases))).flat();
const answers = await parseAll(cases.map(({ dockerfile }) => dockerfile));
let differences = 0;
for (const [index, { name, file, buildkit }] of cases.entries()) {
  const expected = comparable(buildkit);
  const actual = comparable(answers[index]);
  if (isDeepStrictEqual(actual, expected)) continue;
  differences++;
  console.log(`${name ?? file} differs:`);
  console.log(firstDifference(actual, expected));
}
console.log(`${cases.length} files, ${differences} differences`);
process.exitCode = cases.length === 0 || differences > 0 ? 1 : 0;

async function readCases(file) {
  const bytes = await readFile(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  if (text.trimStart().startsWith('[')) return JSON.parse(text);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

async function parseAll(dockerfiles) {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-corpus-'));
  try {
    const files = dockerfiles.map((_, index) => join(folder, String(index)));
    await Promise.all(dockerfiles.map((dockerfile, index) => writeFile(files[index], dockerfile)));
    const { stdout } = await promisify(execFile)(process.execPath, [cli, 'parse', ...files], { maxBuffer: 2 ** 30 });
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Only what a parser answers; whether a field that holds nothing is written does not matter, nor how an error is worded. */
function comparable(answer) {
  if (answer.error !== undefined) return { error: true };
  return {
    escape: answer.escape,
    nodes: answer.nodes.map(({ value, flags = [], args, json = false, heredocs = [], start, end }) => ({
      value,
      flags,
      args,
      json,
      heredocs,
      start,
      end,
    })),
  };
}

function firstDifference(actual, expected) {
  const length = Math.max(actual.nodes?.length ?? 0, expected.nodes?.length ?? 0);
  for (let index = 0; index < length; index++) {
    const [ours, theirs] = [actual, expected].map(({ nodes }) => nodes?.[index] ?? 'nothing');
    if (!isDeepStrictEqual(ours, theirs))
      return `  BuildKit ${JSON.stringify(theirs)}\n  Gantry   ${JSON.stringify(ours)}`;
  }
  return `  BuildKit ${JSON.stringify(expected)}\n  Gantry   ${JSON.stringify(actual)}`;
}
