/** How settings, files beside a Dockerfile and the ways of clients decide what is shown as wrong. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-protocol/node';
import { rules } from '../../server/language/diagnostics/rules.ts';
import { dockerfileUri, type Editor, startEditor } from '../support/editor.ts';
import { until } from '../support/until.ts';

describe('linting', () => {
  let editor: Editor;
  let close: () => Promise<void>;
  let root: string;
  /** The project's Dockerfile. */
  let uri: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'gantry-'));
    uri = uriOf('app/Dockerfile');
    close = async () => {};
  });
  afterEach(async () => {
    await close();
    await rm(root, { recursive: true });
  });

  const uriOf = (path: string) => pathToFileURL(join(root, path)).href;

  async function start(options: Parameters<typeof startEditor>[0] = {}): Promise<void> {
    ({ editor, close } = await startEditor({ folders: [uriOf('')], ...options }));
  }

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  const codesOf = (diagnostics: readonly Diagnostic[] = []) => diagnostics.map(({ code }) => code);
  const shown = (of = uri) => codesOf(editor.shown.get(of));
  const becomes = (codes: readonly string[], of = uri) => until(() => shown(of).join() === codes.join());

  async function configure(lint: unknown): Promise<void> {
    editor.configuration = { lint };
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  /** What an editor says when a file that it watches has changed. */
  const changed = (path: string) =>
    editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf(path), type: 2 }],
    });

  const casing = 'FROM a AS Build\n';

  describe('with ShellCheck', () => {
    it('shows what it finds, keeps that while other lines are edited, and fixes it', async () => {
      await start({ configuration: {}, world: { env: { PATH: process.env['PATH'] } } });
      await editor.open('FROM a\nRUN b $1\n', uri);
      await becomes(['SC2086']);
      await editor.change('FROM a\nUSER 1\nRUN b $1\n', undefined, uri);
      await until(() => editor.shown.get(uri)?.[0]?.range.start.line === 2);
      assert.equal(editor.shown.get(uri)?.[0]?.source, 'shellcheck');
      await configure({ shellcheck: false });
      await becomes([]);
    });
  });

  describe('by settings', () => {
    it('follows the severity of a rule while it is changed', async () => {
      await start({ configuration: { lint: { rules: { StageNameCasing: 'error' } } } });
      const [diagnostic] = await editor.open(casing, uri);
      assert.equal(diagnostic?.severity, 1);
      await configure({ rules: { StageNameCasing: 'off' } });
      await becomes([]);
      await configure({ rules: {} });
      await becomes(['StageNameCasing']);
    });

    it('takes them from an editor that cannot be asked', async () => {
      await start({ initializationOptions: { settings: { gantry: { lint: { rules: { StageNameCasing: 'off' } } } } } });
      assert.deepEqual(await editor.open(casing, uri), []);
    });

    it('says once what means nothing in them, and does without it', async () => {
      await start({ configuration: { lint: { preset: 'all', rules: { StageNameCasing: 'loud', No: 'off' } } } });
      assert.deepEqual(codesOf(await editor.open(casing, uri)), ['StageNameCasing']);
      await configure({ preset: 'all', rules: { StageNameCasing: 'loud', No: 'off', FromAsCasing: 'off' } });
      await configure({ preset: 'all', rules: { StageNameCasing: 'loud', No: 'off', FromAsCasing: 'hint' } });
      await until(() => editor.configurationRequests === 3);
      await editor.change('FROM a\n', undefined, uri);
      await becomes([]);
      const said = editor.logged.filter((line) => line.includes('gantry.lint'));
      assert.equal(said.length, 1);
      assert.match(said[0]!, /preset can be .*not "all".*StageNameCasing can be .*not "loud".*no rule "No"/);
    });

    it('offers no fix of what they switch off', async () => {
      await start({ configuration: { lint: { rules: { FromAsCasing: 'off' } } } });
      await editor.open('FROM a as b\nEXPOSE 80/TCP\n', uri);
      const range = { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } };
      const context = { diagnostics: [], only: ['source.fixAll'] };
      const [action] = await editor.ask<CodeAction[]>('codeAction', { range, context }, uri);
      const edits = Object.values(action?.edit?.changes ?? {})[0];
      assert.deepEqual(
        edits?.map(({ newText }) => newText),
        ['80/tcp'],
      );
    });
  });

  describe('by .hadolint.yaml', () => {
    it('takes the nearest, up to the workspace folder', async () => {
      await write('.hadolint.yaml', 'ignored: [StageNameCasing]\n');
      await start();
      await editor.open(casing, uri);
      await becomes([]);
      await write('app/.hadolint.yml', 'override: {error: [StageNameCasing]}\n');
      await changed('app/.hadolint.yml');
      await until(() => editor.shown.get(uri)?.[0]?.severity === 1);
    });

    it('looks no further than beside a file that is in no open folder', async () => {
      await write('.hadolint.yaml', 'ignored: [StageNameCasing]\n');
      await write('app/.hadolint.yaml', 'ignored: [FromAsCasing]\n');
      await start({ folders: [] });
      await editor.open('FROM a as Build\n', uri);
      await becomes(['StageNameCasing']);
    });

    it('takes a folder that is opened later', async () => {
      await write('.hadolint.yaml', 'ignored: [StageNameCasing]\n');
      await start({ folders: [], capabilities: { workspace: { workspaceFolders: true } } });
      await editor.open(casing, uri);
      const event = { added: [{ uri: uriOf(''), name: 'project' }], removed: [] };
      await editor.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
      await becomes([]);
    });

    it('gives way to what the settings say of a rule', async () => {
      await write('.hadolint.yaml', 'ignored: [StageNameCasing, FromAsCasing]\n');
      await start({ configuration: { lint: { rules: { StageNameCasing: 'info' } } } });
      await editor.open('FROM a as Build\n', uri);
      await becomes(['StageNameCasing']);
    });

    it('says in it what is broken until it is mended or nobody needs it', async () => {
      await write('app/.hadolint.yaml', 'ignored:\n  - A\n - B\n');
      await start();
      await editor.open(casing, uri);
      const config = uriOf('app/.hadolint.yaml');
      await becomes(['HadolintConfig'], config);
      const [problem] = editor.shown.get(config)!;
      assert.deepEqual([problem?.severity, problem?.range.start.line], [1, 2]);
      assert.deepEqual(shown(), ['StageNameCasing']);
      await write('app/.hadolint.yaml', 'ignored: [StageNameCasing]\nignore: []\n');
      await changed('app/.hadolint.yaml');
      await becomes([]);
      await until(() => editor.shown.get(config)?.[0]?.severity === 2);
      await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
      await becomes([], config);
    });

    it('says what is wrong once for all Dockerfiles', async () => {
      await write('.hadolint.yaml', 'oops: 1\n');
      await start();
      let told = 0;
      const config = uriOf('.hadolint.yaml');
      editor.onShown((of) => {
        if (of === config) told++;
      });
      await editor.open(casing, uri);
      await becomes(['HadolintConfig'], config);
      await editor.open(casing, uriOf('other/Dockerfile'));
      await write('other/.dockerignore', 'x\n');
      await changed('other/.dockerignore');
      await editor.change(`${casing}COPY x /x\n`, undefined, uriOf('other/Dockerfile'));
      await becomes(['StageNameCasing', 'CopyIgnoredFile'], uriOf('other/Dockerfile'));
      assert.equal(told, 1);
    });

    it('looks again when a Dockerfile is saved, for an editor that watches nothing', async () => {
      await start();
      await editor.open(casing, uri);
      await write('app/.hadolint.yaml', 'ignored: [StageNameCasing]\n');
      await editor.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
      await becomes([]);
    });

    it('has the editor watch, where it can', async () => {
      await start({ capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } } });
      await until(() => editor.registered.includes('workspace/didChangeWatchedFiles'));
    });

    it('passes over folders and pipes of that name, and does without what is too large', async () => {
      await mkdir(join(root, 'app/.hadolint.yaml'), { recursive: true });
      execFileSync('mkfifo', [join(root, 'app/.hadolint.yml')]);
      await write('.hadolint.yaml', `ignored: [StageNameCasing]\n#${' '.repeat(70_000)}`);
      await start();
      await editor.open(casing, uri);
      await becomes(['HadolintConfig'], uriOf('.hadolint.yaml'));
      assert.deepEqual(shown(), ['StageNameCasing']);
    });

    it('knows of nothing beside what is no file on disk', async () => {
      await start();
      for (const other of ['untitled:Untitled-1', 'vscode-remote://host/a/Dockerfile', 'file://host/a/Dockerfile'])
        assert.deepEqual(codesOf(await editor.open(casing, other)), ['StageNameCasing']);
    });
  });

  describe('by .dockerignore', () => {
    const copy = 'FROM a\nCOPY secret.txt /x\n';
    const cases: readonly (readonly [name: string, files: Readonly<Record<string, string>>, found: boolean])[] = [
      ['beside the Dockerfile', { 'app/.dockerignore': 'secret.*\n' }, true],
      ['in the workspace folder', { '.dockerignore': 'secret.*\n' }, true],
      [
        'of the Dockerfile alone before any other',
        { 'app/Dockerfile.dockerignore': '', '.dockerignore': '*\n' },
        false,
      ],
      ['beside the Dockerfile before the one above', { 'app/.dockerignore': 'x\n', '.dockerignore': '*\n' }, false],
      ['not if it is malformed', { 'app/.dockerignore': 'secret.*\n[\n' }, false],
    ];
    for (const [name, files, found] of cases) {
      it(name, async () => {
        for (const [path, text] of Object.entries(files)) await write(path, text);
        // Tells when the files have been read.
        await write('.hadolint.yaml', 'ignored: [StageNameCasing]\n');
        await start();
        await editor.open(`${copy}FROM a AS Build\n`, uri);
        await becomes(found ? ['CopyIgnoredFile'] : []);
      });
    }

    it('is read again when it changes', async () => {
      await start();
      await editor.open(copy, uri);
      await write('app/.dockerignore', '*.txt\n');
      await changed('app/.dockerignore');
      await becomes(['CopyIgnoredFile']);
      await rm(join(root, 'app/.dockerignore'));
      await changed('app/.dockerignore');
      await becomes([]);
    });
  });

  describe('when it is asked for', () => {
    const refreshing = { workspace: { diagnostics: { refreshSupport: true } } };

    it('answers in full, and "unchanged" as long as nothing changes', async () => {
      await start();
      await editor.open(casing, uri);
      const first = await editor.pull(undefined, uri);
      assert.ok(first.kind === 'full');
      assert.deepEqual(codesOf(first.items), ['StageNameCasing']);
      assert.deepEqual(await editor.pull(first.resultId, uri), { kind: 'unchanged', resultId: first.resultId });
      await editor.change('FROM a AS build\n', undefined, uri);
      const second = await editor.pull(first.resultId, uri);
      assert.ok(second.kind === 'full' && second.resultId !== first.resultId);
      assert.deepEqual(second.items, []);
    });

    it('answers about a file that is not open that there is nothing', async () => {
      await start();
      assert.deepEqual(await editor.pull(), { kind: 'full', items: [] });
    });

    it('takes back what it pushed, and pushes that file no more', async () => {
      await start();
      await editor.open(casing, uri);
      await editor.pull(undefined, uri);
      assert.deepEqual(shown(), []);
      await editor.change('FROM a AS Other\n', undefined, uri);
      await editor.open(casing, dockerfileUri); // still pushed, and later than the change
      assert.deepEqual([shown(), shown(dockerfileUri)], [[], ['StageNameCasing']]);
    });

    it('pushes a file again that was closed and is opened anew', async () => {
      await start();
      await editor.open(casing, uri);
      await editor.pull(undefined, uri);
      await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
      assert.deepEqual(codesOf(await editor.open(casing, uri)), ['StageNameCasing']);
    });

    it('has the editor ask again when settings change, and pushes the others', async () => {
      await start({ configuration: {}, capabilities: { workspace: { configuration: true, ...refreshing.workspace } } });
      await editor.open(casing, uri);
      await editor.open(casing, dockerfileUri);
      const first = await editor.pull(undefined, uri);
      await configure({ rules: { StageNameCasing: 'off' } });
      await becomes([], dockerfileUri);
      await until(() => editor.diagnosticRefreshes === 1);
      const second = await editor.pull(first.resultId, uri);
      assert.deepEqual(second.kind === 'full' && second.items, []);
    });

    it('has the editor ask again when what is beside the file has been read', async () => {
      await write('app/.hadolint.yaml', 'ignored: [StageNameCasing]\n');
      await start({ capabilities: refreshing });
      await editor.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'dockerfile', version: 1, text: casing },
      });
      const first = await editor.pull(undefined, uri);
      assert.deepEqual(first.kind === 'full' && codesOf(first.items), ['StageNameCasing']);
      await until(() => editor.diagnosticRefreshes === 1);
      const second = await editor.pull(first.resultId, uri);
      assert.deepEqual(second.kind === 'full' && second.items, []);
    });

    it('answers "unchanged" when what changed makes no difference', async () => {
      await start({ configuration: {} });
      await editor.open(casing, uri);
      const { resultId } = await editor.pull(undefined, uri);
      await configure({ rules: { FromAsCasing: 'off' } });
      await until(() => editor.configurationRequests === 2);
      assert.equal((await editor.pull(resultId, uri)).kind, 'unchanged');
    });
  });

  describe('with commands', () => {
    const text = 'FROM a\nRUN b\n';
    const ofCommands = rules.find(
      (rule) => 'checkInstruction' in rule && rule.kind === 'lint' && rule.keywords[0] === 'RUN',
    );
    let loads: number;
    let loaded: () => void;
    let asked: number;

    async function startWithShell(lint: unknown): Promise<void> {
      loads = 0;
      asked = 0;
      const parser = {
        scripts: () => {
          asked++;
          return [];
        },
      };
      const loading = new Promise<typeof parser>((resolve) => {
        loaded = () => resolve(parser);
      });
      const shell = {
        parser: undefined,
        load: () => {
          loads++;
          return loading;
        },
      };
      await start({ configuration: { lint }, world: { shell } });
    }

    it('never loads their parser for BuildKit’s checks alone', async () => {
      await startWithShell({ preset: 'buildkit' });
      await editor.open(text, uri);
      await editor.open(text, dockerfileUri);
      assert.equal(loads, 0);
    });

    it('loads it once for a rule that wants it, and judges again when it is there', async function () {
      if (ofCommands === undefined) this.skip();
      await startWithShell({ preset: 'buildkit', rules: { [ofCommands.name]: 'warning' } });
      await editor.open('FROM a\n', uri);
      assert.equal(loads, 0);
      await editor.change(text, undefined, uri);
      await until(() => loads === 1);
      await editor.open(text, dockerfileUri);
      assert.equal(asked, 0);
      loaded();
      await until(() => asked >= 2);
      assert.equal(loads, 1);
    });
  });

  describe('for editors that show more', () => {
    const text = 'FROM a\nCMD ["x"]\nCMD ["y"]\n';

    it('fades what has no effect and names what replaces it', async () => {
      const publishDiagnostics = { relatedInformation: true, tagSupport: { valueSet: [1, 2] } };
      await start({ capabilities: { textDocument: { publishDiagnostics } } });
      const [diagnostic] = await editor.open(text, uri);
      assert.deepEqual(diagnostic?.tags, [1]);
      assert.deepEqual(
        diagnostic?.relatedInformation?.map(({ location }) => [location.uri, location.range.start.line]),
        [[uri, 2]],
      );
    });

    it('leaves both out for others', async () => {
      await start();
      const [diagnostic] = await editor.open(text, uri);
      assert.deepEqual([diagnostic?.tags, diagnostic?.relatedInformation], [undefined, undefined]);
    });
  });
});
