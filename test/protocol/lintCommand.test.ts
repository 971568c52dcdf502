/** `gantry lint` on real files, with the built program where it matters. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = new URL('../../dist/cli.js', import.meta.url).pathname;

interface Finding {
  readonly file: string;
  readonly range: unknown;
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

describe('gantry lint', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-lint-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (name: string, text: string | Buffer) => writeFile(join(folder, name), text);
  const text = (name: string) => readFile(join(folder, name), 'utf8');

  /** Without ShellCheck, so that the answer is the same on every machine. */
  const run = (args: readonly string[], input = '') => runProgram(['lint', ...args], input);
  function runProgram(args: readonly string[], input = '') {
    const options = { cwd: folder, input, encoding: 'utf8' as const, env: { PATH: '' } };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
    return { status, stdout, stderr };
  }
  const json = (...args: readonly string[]): readonly Finding[] =>
    JSON.parse(run(['--format', 'json', ...args]).stdout);
  const codes = (...args: readonly string[]) => json(...args).map(({ file, severity, code }) => [file, severity, code]);

  it('prints each finding with its place from 0', async () => {
    await write('Dockerfile', 'FROM a AS Build\n');
    const [finding] = json('Dockerfile');
    assert.ok(finding?.message);
    const { message: _, ...rest } = finding;
    assert.deepEqual(rest, {
      file: 'Dockerfile',
      range: { start: { line: 0, character: 10 }, end: { line: 0, character: 15 } },
      severity: 'warning',
      code: 'StageNameCasing',
    });
  });

  it('checks any number of files in one call, and commands too', async () => {
    await write('a', 'FROM a:1\nRUN apt-get install -y x\nUSER 1\n');
    await write('b', 'FROM b AS B\n');
    assert.deepEqual(codes('--preset', 'hadolint', '--rule', 'DL3015=off', 'a', 'b'), [
      ['a', 'warning', 'DL3008'],
      ['b', 'warning', 'DL3006'],
      ['b', 'warning', 'StageNameCasing'],
    ]);
  });

  it('reads the standard input', () => {
    const { stdout, status } = run(['--format', 'json', '-'], 'FROM a\nRNU x\n');
    assert.deepEqual(
      [JSON.parse(stdout).map(({ file, code }: Finding) => [file, code]), status],
      [[['-', 'UnknownInstruction']], 1],
    );
  });

  const codesOfExit: readonly (readonly [name: string, args: readonly string[], status: number])[] = [
    ['0 where nothing is found', ['clean'], 0],
    ['1 where something is', ['warned'], 1],
    ['0 below the limit', ['--fail-on', 'error', 'warned'], 0],
    ['0 without a limit', ['--fail-on', 'off', 'broken'], 0],
    ['1 at the limit', ['--fail-on', 'error', 'broken'], 1],
    ['2 for a file that is not there', ['clean', 'nothing'], 2],
    ['2 for a folder', ['.'], 2],
    ['2 without a file', [], 2],
    ['2 for an unknown option', ['--what', 'clean'], 2],
    ['2 for an unknown preset', ['--preset', 'all', 'clean'], 2],
    ['2 for an unknown rule', ['--rule', 'DL308=off', 'clean'], 2],
    ['0 for a rule of ShellCheck', ['--rule', 'SC2086=off', 'clean'], 0],
    ['2 for a rule that is none', ['--rule', 'StageNameCase=off', 'clean'], 2],
    ['2 for fixing the standard input', ['--fix', '-'], 2],
  ];
  for (const [name, args, status] of codesOfExit) {
    it(`exits with ${name}`, async () => {
      await write('clean', 'FROM a\n');
      await write('warned', 'FROM a AS B\n');
      await write('broken', 'FROM a\nRNU x\n');
      const ended = run(args);
      assert.equal(ended.status, status, ended.stderr);
      if (status === 2) assert.match(ended.stderr, /\S/);
    });
  }

  it('says in one line what is wrong with the arguments, and in another where to read on', () => {
    const readOn = '"node dist/cli.js lint --help" lists the options.\n';
    assert.equal(
      run(['--rule', 'DL308=off', 'a']).stderr,
      `--rule: there is no rule "DL308". Did you mean DL3008?\n${readOn}`,
    );
    assert.equal(run(['--what', 'a']).stderr, `Unknown option '--what'.\n${readOn}`);
  });

  it('says what it can do when it is asked to', () => {
    const version = JSON.parse(readFileSync('package.json', 'utf8')).version;
    assert.deepEqual(runProgram(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
    for (const args of [['--help'], ['lint', '--help'], ['lint', '-h', 'nothing']]) {
      const { status, stdout } = runProgram(args);
      assert.equal(status, 0);
      assert.match(stdout, /^Usage: /);
    }
  });

  it('checks the other files where one cannot be read', async () => {
    await write('b', 'FROM b AS B\n');
    const { stdout, stderr, status } = run(['--format', 'json', 'nothing', 'b']);
    assert.deepEqual([JSON.parse(stdout).length, status], [1, 2]);
    assert.equal(stderr, 'nothing: There is no such file.\n');
  });

  it('reads .dockerignore and .hadolint.yaml beside the file', async () => {
    await write('.dockerignore', 'secret\n');
    await write('.hadolint.yaml', 'ignored: [StageNameCasing]\noverride:\n  error: [DL3006]\n');
    await write('Dockerfile', 'FROM a AS B\nCOPY secret /\n');
    assert.deepEqual(codes('Dockerfile'), [
      ['Dockerfile', 'error', 'DL3006'],
      ['Dockerfile', 'warning', 'CopyIgnoredFile'],
    ]);
  });

  it('takes the limit from .hadolint.yaml', async () => {
    await write('.hadolint.yaml', 'failure-threshold: error\n');
    await write('Dockerfile', 'FROM a AS B\n');
    assert.equal(run(['Dockerfile']).status, 0);
    assert.equal(run(['--fail-on', 'warning', 'Dockerfile']).status, 1);
  });

  it('says once that .hadolint.yaml is broken, and goes on', async () => {
    await write('.hadolint.yaml', 'ignored: [DL3008\n');
    await write('a', 'FROM a AS B\n');
    await write('b', 'FROM b\n');
    assert.deepEqual(codes('a', 'b'), [
      ['.hadolint.yaml', 'error', 'HadolintConfig'],
      ['a', 'warning', 'StageNameCasing'],
    ]);
  });

  it('writes what is safe to fix, and reports the rest', async () => {
    await write('Dockerfile', 'from a as B\r\nCMD x\r\nEXPOSE 80/TCP\r\n');
    await chmod(join(folder, 'Dockerfile'), 0o640);
    await symlink('Dockerfile', join(folder, 'link'));
    assert.deepEqual(codes('--fix', 'link'), [['link', 'warning', 'JSONArgsRecommended']]);
    assert.equal(await text('Dockerfile'), 'FROM a AS b\r\nCMD x\r\nEXPOSE 80/tcp\r\n');
    assert.equal((await stat(join(folder, 'Dockerfile'))).mode & 0o777, 0o640);
    assert.deepEqual((await readdir(folder)).sort(), ['Dockerfile', 'link']);
  });

  it('says that a file is not UTF-8, and does not rewrite it', async () => {
    const bytes = Buffer.from('FROM a AS B\n# \xff\n', 'latin1');
    await write('Dockerfile', bytes);
    assert.deepEqual(codes('--fix', 'Dockerfile'), [
      ['Dockerfile', 'warning', 'InvalidEncoding'],
      ['Dockerfile', 'warning', 'StageNameCasing'],
    ]);
    assert.deepEqual(await readFile(join(folder, 'Dockerfile')), bytes);
  });

  it('takes NULs and a line of 5 MB', async () => {
    await write('nul', 'FROM a\0\nRUN x\0y\n');
    await write('long', `FROM a\nRUN ${'x'.repeat(5_000_000)}\n`);
    const found = json('--preset', 'hadolint', 'nul', 'long');
    assert.ok(found.some(({ file, code }) => file === 'long' && code === 'LineTooLong'));
  });

  it('prints for compilers, for GitHub and as SARIF', async () => {
    await write('a,b', 'FROM a AS B\n');
    const lines = (format: string) => run(['--format', format, 'a,b']).stdout;
    assert.match(lines('text'), /^a,b:1:11: warning StageNameCasing: .+\n$/);
    assert.match(
      lines('github'),
      /^::warning file=a%2Cb,line=1,endLine=1,col=11,endColumn=12,title=StageNameCasing::.+\n$/,
    );
    const [sarif] = JSON.parse(lines('sarif')).runs;
    assert.equal(sarif.tool.driver.rules[0].id, 'StageNameCasing');
    assert.deepEqual(sarif.results[0].locations[0].physicalLocation, {
      artifactLocation: { uri: 'a%2Cb' },
      region: { startLine: 1, startColumn: 11, endLine: 1, endColumn: 12 },
    });
  });
});
