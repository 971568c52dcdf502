import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyEdits } from '../../server/language/applyEdits.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import { createShellCheck, type ShellCheckFinding } from '../../server/shellcheck/shellcheck.ts';
import { findOnPath } from '../../server/util/program.ts';

const never = new AbortController().signal;

describe('ShellCheck', () => {
  const { env, platform } = process;
  const shellCheck = createShellCheck({ env, platform, onProblem: assert.ifError });
  before(async function () {
    if (await findOnPath('shellcheck', { env, platform })) return;
    if (env['CI'] === 'true') assert.fail('shellcheck is not on the PATH');
    this.skip();
  });

  const found = async (text: string) => shellCheck.check(parse(text), never);
  const show = (text: string) => (finding: ShellCheckFinding) => {
    const { code, span } = finding;
    return `${text.slice(0, span.start).split('\n').length} ${code}: ${text.slice(span.start, span.end)}`;
  };

  const cases: readonly (readonly [name: string, text: string, findings: readonly string[]])[] = [
    ['finds nothing in what is well', 'FROM a\nRUN a "$1" && b', []],
    ['finds what is wrong', 'FROM a\nRUN a $1', ['2 SC2086: $1']],
    ['finds it behind continuations and comments', 'FROM a\nRUN a 🙂 \\\n# it\'s\n  && b "🙂" $1', ['4 SC2086: $1']],
    ['finds it in a heredoc', 'FROM a\nRUN <<-E\n\ta\n\t\tb $1\n\tE', ['4 SC2086: $1']],
    ['finds it in JSON', 'FROM a\nRUN ["sh", "-c", "a \\"b\\" $1"]', ['2 SC2086: $1']],
    ['finds it in what ONBUILD runs', 'FROM a\nONBUILD RUN a $1', ['2 SC2086: $1']],
    ['finds it in the text of a heredoc', "FROM a\nRUN a <<E > b\nit's $(c $1)\nE", ['3 SC2086: $1']],
    ['reads lines that end with carriage returns', 'FROM a\r\nRUN <<E\r\na $1\r\nE\r\n', ['3 SC2086: $1']],
    ['reads sh where nothing else is asked for', 'FROM a\nRUN [[ -f $1 ]]', ['2 SC3010: [[ -f $1 ]]']],
    ['reads bash where SHELL asks for it', 'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN [[ -f $1 ]]', []],
    ['reads bash where a shebang asks for it', 'FROM a\nRUN <<E\n#!/bin/bash\n[[ -f $1 ]]\nE', []],
    ['reads no PowerShell', 'FROM a\nSHELL ["pwsh", "-c"]\nRUN a $1', []],
    ['reads no zsh', 'FROM a\nSHELL ["zsh", "-c"]\nRUN a $1', []],
    ['knows the variables of the build', 'FROM a\nARG b\nENV c=1\nRUN a "$b" "$c" "$d"', ['4 SC2154: $d']],
    ['does not know those of another stage', 'FROM a\nARG b\nFROM a\nRUN a "$b"', ['4 SC2154: $b']],
    ['knows those of the stage below', 'FROM a AS x\nENV b=1\nFROM x\nRUN a "$b"', []],
    ['does not ask for files that are sourced', 'FROM a\nRUN . ./b && . "$1"', []],
    ['obeys its own comments', 'FROM a\nRUN <<E\n# shellcheck disable=SC2086\na $1\nb $2\nE', []],
  ];
  for (const [name, text, expected] of cases)
    it(name, async () => assert.deepEqual((await found(text)).map(show(text)), expected));

  it('proposes how to write it', async () => {
    const text = 'FROM a\nRUN a \\\n  $1 `b`';
    const [first, ...rest] = await found(text);
    assert.equal(applyEdits(text, first?.edits ?? []), 'FROM a\nRUN a \\\n  "$1" `b`');
    const backquotes = rest.find(({ code }) => code === 'SC2006');
    assert.equal(applyEdits(text, backquotes?.edits ?? []), 'FROM a\nRUN a \\\n  $1 $(b)');
  });
});

describe('A program named shellcheck', () => {
  let home: string;
  let bin: string;
  let problems: unknown[];
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'gantry-shellcheck-'));
    bin = path.join(home, 'bin');
    problems = [];
    await mkdir(bin);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const program = (script: string, folder = bin) =>
    writeFile(path.join(folder, 'shellcheck'), `#!/bin/sh\necho "$$ $*" >> '${home}/log'\n${script}\n`, {
      mode: 0o755,
    });
  const log = async () => (await readFile(path.join(home, 'log'), 'utf8')).trim().split('\n');
  const open = (PATH = `${bin}${path.delimiter}/bin`) =>
    createShellCheck({
      ...{ env: { PATH }, platform: process.platform },
      onProblem: (problem) => problems.push(problem),
    });
  const remark =
    '{"comments":[{"line":2,"endLine":2,"column":1,"endColumn":2,"level":"info","code":1,"message":"m","fix":null}]}';
  const says = (answer: string) => `cat > /dev/null; echo '${answer}'; exit 1`;

  it('is asked once about a script', async () => {
    await program(says(remark));
    const shellCheck = open();
    const codes = async (text: string) => (await shellCheck.check(parse(text), never)).map(({ code }) => code);
    assert.deepEqual(await codes('FROM a\nRUN a\nRUN a'), ['SC1', 'SC1']);
    assert.deepEqual(await codes('FROM b\n\nRUN a'), ['SC1']);
    assert.equal((await log()).length, 1);
  });

  it('is asked for JSON and reads no configuration of its own', async () => {
    await program(says(remark));
    await open().check(parse('FROM a\nRUN a'), never);
    assert.match((await log())[0]!, /^\d+ --norc -f json1 -s sh -e \S+ -$/);
  });

  it('is asked about many scripts at once without a warning of listeners that pile up', async () => {
    await program(says(remark));
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const text = `FROM a\n${Array.from({ length: 12 }, (_, index) => `RUN a${index}`).join('\n')}`;
    const { signal } = new AbortController();
    setMaxListeners(10, signal); // as it is from the start in older versions of Node
    const found = await open().check(parse(text), signal);
    process.off('warning', onWarning);
    assert.equal(found.length, 12);
    assert.deepEqual(warnings, []);
  });

  it('is nothing where it is not on the PATH', async () => {
    assert.deepEqual(await open().check(parse('FROM a\nRUN a'), never), []);
    assert.deepEqual(problems, []);
  });

  it('is never taken from the working folder', async () => {
    const folder = path.relative(process.cwd(), bin);
    await program(says(remark));
    assert.deepEqual(
      await open(`.${path.delimiter}${path.delimiter}${folder}`).check(parse('FROM a\nRUN a'), never),
      [],
    );
  });

  it('is not kept to an answer that is none', async () => {
    await program(says('usage'));
    const shellCheck = open();
    assert.deepEqual(await shellCheck.check(parse('FROM a\nRUN a\nRUN b'), never), []);
    assert.equal(problems.length, 1);
    await program(says(remark));
    assert.equal((await shellCheck.check(parse('FROM a\nRUN a\nRUN b'), never)).length, 2);
  });

  it('ends when nobody waits any more', async () => {
    await program('exec sleep 60');
    const controller = new AbortController();
    const checking = open().check(parse('FROM a\nRUN a'), controller.signal);
    let pid: number | undefined;
    while (!pid) pid = Number.parseInt((await log().catch(() => ['']))[0]!, 10) || undefined;
    controller.abort();
    await assert.rejects(checking, { name: 'AbortError' });
    for (;;) {
      try {
        process.kill(pid, 0);
      } catch {
        break;
      }
      await new Promise(setImmediate);
    }
    assert.deepEqual(problems, []);
  });
});
