/** Holds what ARCHITECTURE.md promises: who may import whom, one owner for every id, files of a readable length. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import {
  commands,
  contextKeys,
  debugType,
  serverCommands,
  settings,
  taskType,
  views,
} from '../../client/contributions.ts';

const root = join(import.meta.dirname, '../..');
/** What is ours: everything but what is installed, built or made by a run. */
const notOurs = new Set(['.git', '.vscode-test', 'dist', 'node_modules']);
const files = readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
  if (notOurs.has(entry.name) || entry.name.endsWith('.log')) return [];
  if (!entry.isDirectory()) return [entry.name];
  return readdirSync(join(root, entry.name), { recursive: true, withFileTypes: true })
    .filter((child) => child.isFile())
    .map((child) => relative(root, join(child.parentPath, child.name)).replaceAll('\\', '/'));
});
const sources = files.filter((file) => /^(?:client|common|server)\/.*\.ts$/.test(file));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(textOf('package.json'));

interface Import {
  readonly file: string;
  /** Relative to the root for one of our files (`server/util/cache.ts`), else a package's name or a Node module. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Every `import`, `export … from` and `import()` of a file. Strings and comments that look like one do not start a line so. */
function importsOf(file: string): readonly Import[] {
  const text = textOf(file).replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(statement)].map(([, type, fixed, dynamic]) => {
    const name = fixed ?? dynamic ?? '';
    const target = name.startsWith('.') ? normalize(join(dirname(file), name)) : name;
    return { file, target, typeOnly: type !== undefined };
  });
}

const imports = sources.flatMap(importsOf);

/** One room: what its files may import of ours, and which packages and Node modules are not for it. */
interface Room {
  readonly files: RegExp;
  readonly may: readonly RegExp[];
  readonly never: readonly RegExp[];
  /** What its files may import for its types only. */
  readonly types?: readonly RegExp[];
}

const sockets = /^(?:node:)?(?:http|https|http2|net|tls|dgram)$|^undici$|^dockerode$/;
const anyNode = /^node:/;
const lspRuntime = /^vscode-(?:languageserver|languageclient)(?!-types|-textdocument)/;

const rooms: readonly Room[] = [
  { files: /^common\//, may: [/^common\//], never: [anyNode, /^vscode$/, lspRuntime] },
  {
    files: /^server\/language\//,
    may: [/^common\//, /^server\/language\//],
    never: [anyNode, /^vscode$/, lspRuntime],
  },
  {
    files: /^server\/handlers\//,
    may: [/^common\//, /^server\/(?:handlers|language|images|engine|registries|shellcheck|util)\//],
    types: [/^server\//],
    never: [/^node:(?:http|https|http2|net|tls|fs)/, /^vscode$/],
  },
  ...['registries', 'engine', 'credentials'].map(
    (room): Room => ({
      files: new RegExp(`^server/${room}/`),
      may: [/^common\//, /^server\/util\//, new RegExp(`^server/${room}/`)],
      never: [/^vscode$/, lspRuntime],
    }),
  ),
  {
    files: /^server\/images\//,
    may: [/^common\//, /^server\/(?:images|registries|engine|credentials|util)\//],
    types: [/^server\/language\//],
    never: [/^vscode$/, lspRuntime],
  },
  {
    files: /^server\/workspace\//,
    may: [
      /^common\//,
      /^server\/(?:workspace|util)\//,
      /^server\/language\/(?:diagnostics\/(?:suggest|rules)|shownText)\.ts$/,
    ],
    types: [/^server\/language\//],
    never: [sockets, /^vscode$/, lspRuntime],
  },
  {
    files: /^server\/context\//,
    may: [/^common\//, /^server\/(?:context|util)\//, /^server\/workspace\/(?:candidates|ignoreRules|smallFile)\.ts$/],
    types: [/^server\/language\//],
    never: [sockets, /^vscode$/, lspRuntime],
  },
  {
    files: /^server\/shell\//,
    may: [/^common\//, /^server\/(?:shell|util)\//, /^server\/language\/shell\//],
    types: [/^server\/language\/(?:diagnostics\/rule|dockerfile\/dockerfile)\.ts$/],
    never: [/^vscode$/, lspRuntime, sockets],
  },
  {
    files: /^server\/shellcheck\//,
    may: [
      /^common\//,
      /^server\/(?:shellcheck|util)\//,
      /^server\/language\/(?:diagnostics|dockerfile|shell|position)/,
    ],
    never: [/^vscode$/, lspRuntime, sockets],
  },
  { files: /^server\/util\//, may: [/^common\//, /^server\/util\//], never: [/^vscode$/, lspRuntime] },
  ...['containers', 'images', 'registries', 'build', 'lint', 'run', 'debug', 'status'].map(
    (feature): Room => ({
      files: new RegExp(`^client/${feature}/`),
      may: [/^client\/(?:backend|contributions)\.ts$/, /^client\/ui\//, /^common\//, new RegExp(`^client/${feature}/`)],
      never: [sockets, lspRuntime],
    }),
  ),
  {
    files: /^client\/ui\//,
    may: [/^client\/(?:backend|contributions)\.ts$/, /^client\/ui\//, /^common\//],
    never: [sockets, lspRuntime],
  },
  { files: /^client\//, may: [/^client\//, /^common\//], never: [sockets] },
  { files: /^server\//, may: [/^server\//, /^common\//], never: [/^vscode$/] },
];

const isOurs = (target: string) => /^(?:client|common|server|test)\//.test(target);

describe('architecture', () => {
  it('lets a file import only what its room may', () => {
    const broken = imports.filter(({ file, target, typeOnly }) =>
      rooms
        .filter((room) => room.files.test(file))
        .some(({ may, never, types = [] }) =>
          isOurs(target)
            ? ![...may, ...(typeOnly ? types : [])].some((pattern) => pattern.test(target))
            : never.some((pattern) => pattern.test(target)) && !(typeOnly && target !== 'vscode'),
        ),
    );
    assert.deepEqual(broken, []);
  });

  it('finds imports, so that the rule above can fail', () => {
    assert.ok(imports.some(({ file, target }) => file === 'client/extension.ts' && target === 'client/backend.ts'));
    assert.ok(
      imports.some(
        ({ file, target }) => file === 'client/languageClient.ts' && target === 'vscode-languageclient/node',
      ),
    );
  });

  it('keeps the wire to itself: only the backend and the language client know methods of the protocol', () => {
    const method = /['"]gantry\/(?:containers|images|registries|stream|debug|engine|progress)/;
    const knowing = sources.filter((file) => file.startsWith('client/') && method.test(textOf(file)));
    assert.deepEqual(knowing, ['client/backend.ts']);
    const values = imports.filter(
      ({ file, target, typeOnly }) => file.startsWith('client/') && target === 'common/protocol.ts' && !typeOnly,
    );
    assert.deepEqual(values, []);
  });

  it('lets only the protocol layer import vscode-languageserver', () => {
    const others = imports.filter(
      ({ file, target, typeOnly }) =>
        /^vscode-languageserver(?:\/|$)/.test(target) &&
        !typeOnly &&
        !/^server\/(?:handlers\/|main\.ts$|server\.ts$)/.test(file),
    );
    assert.deepEqual(others, []);
  });

  it('never fetches from the client', () => {
    const fetching = sources.filter(
      (file) => file.startsWith('client/') && /\bfetch\(['"`]|\bWebSocket\(/.test(textOf(file)),
    );
    assert.deepEqual(fetching, []);
  });

  it('writes relative imports with their extension and Node modules with their prefix', () => {
    const broken = imports.filter(
      ({ target }) =>
        (isOurs(target) && !/\.(?:ts|json)$/.test(target)) || (isBuiltin(target) && !target.startsWith('node:')),
    );
    assert.deepEqual(broken, []);
  });

  it('keeps files short, or says at their head why not', () => {
    const long = sources
      .filter((file) => !file.endsWith('.d.ts'))
      .filter((file) => {
        const lines = textOf(file).split('\n');
        return lines.length > 401 && !/long because/i.test(lines.slice(0, 12).join('\n'));
      });
    assert.deepEqual(long, []);
  });

  it('has nothing at the top level that is not in the plan', () => {
    const planned = [
      ...['package.json', 'package-lock.json', 'tsconfig.json', 'esbuild.mjs', 'LICENSE'],
      ...['README.md', 'CHANGELOG.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'],
      ...['client', 'server', 'common', 'syntaxes', 'test', 'resources', 'samples', 'scripts'],
    ];
    const top = new Set(files.map((file) => file.split('/')[0] ?? ''));
    assert.deepEqual(
      [...top].filter((entry) => !entry.startsWith('.') && !planned.includes(entry)),
      [],
    );
  });

  it('names no paths of the machine it was written on and no package registry', () => {
    const forbidden = [
      `/${'work'}/`,
      `../${'shared'}/`,
      ['registry', 'npmjs', 'org'].join('.'),
      ['registry', 'yarnpkg', 'com'].join('.'),
    ];
    const texts = files.filter((file) => !/^package-lock\.json$|^test\/fixtures\/|\.(?:png|wasm|gz|vsix)$/.test(file));
    const broken = texts.flatMap((file) =>
      forbidden.filter((word) => textOf(file).includes(word)).map((word) => `${file}: ${word}`),
    );
    assert.deepEqual(broken, []);
  });
});

describe('contributions', () => {
  const { contributes } = manifest;
  const sorted = (values: Iterable<string>) => [...values].sort();
  const clientText = sources
    .filter((file) => file.startsWith('client/') && file !== 'client/contributions.ts')
    .map(textOf)
    .join('\n');

  it('declares exactly the commands that contributions.ts names', () => {
    assert.deepEqual(
      sorted(contributes.commands.map(({ command }: { command: string }) => command)),
      sorted(Object.values(commands)),
    );
  });

  it('registers every command in one place', () => {
    const named = [
      ...Object.keys(commands).map((name) => `commands\\.${name}`),
      ...Object.keys(serverCommands).map((name) => `serverCommands\\.${name}`),
    ];
    const registrations = named.map((name) => {
      const places = clientText.match(
        new RegExp(`(?:registerCommand|onNodes|onNamed|onTargets|act|each|copy)\\(\\s*${name}\\b`, 'g'),
      );
      return [name, places?.length ?? 0];
    });
    assert.deepEqual(
      registrations.filter(([, count]) => count !== 1),
      [],
    );
  });

  it('declares exactly the views that contributions.ts names, in the container gantry', () => {
    assert.deepEqual(Object.keys(contributes.views), ['gantry']);
    assert.deepEqual(
      sorted(contributes.views.gantry.map(({ id }: { id: string }) => id)),
      sorted(Object.values(views)),
    );
  });

  it('declares every setting that the client reads', () => {
    const declared = Object.keys(contributes.configuration.properties);
    assert.deepEqual(
      Object.values(settings).filter((name) => !declared.includes(name)),
      [],
    );
    assert.deepEqual(
      declared.filter((name) => !name.startsWith('gantry.')),
      [],
    );
  });

  it('names in menus, welcome texts and walkthroughs only commands, views and context keys that exist', () => {
    const text = JSON.stringify({ ...contributes, configuration: undefined, commands: undefined, grammars: undefined });
    const known: readonly string[] = [
      ...Object.values(commands),
      ...Object.values(views),
      ...Object.values(contextKeys),
    ];
    const named = new Set(
      [...text.matchAll(/\bgantry(?:\.[A-Za-z]+)+/g)].map(([id]) => id.replace(/\.(?:focus|svg)$/, '')),
    );
    assert.deepEqual(
      [...named].filter((id) => id !== 'gantry' && !known.includes(id)),
      [],
    );
  });

  it('declares the debug type and the task type of the code', () => {
    assert.deepEqual(
      contributes.debuggers.map(({ type }: { type: string }) => type),
      [debugType],
    );
    assert.deepEqual(
      contributes.taskDefinitions.map(({ type }: { type: string }) => type),
      [taskType],
    );
  });

  it('writes ids in contributions.ts only', () => {
    const ids = [
      ...Object.values(commands),
      ...Object.values(serverCommands),
      ...Object.values(views),
      ...Object.values(settings),
    ];
    const elsewhere = sources
      .filter((file) => file.startsWith('client/') && file !== 'client/contributions.ts')
      .flatMap((file) =>
        ids.filter((id) => textOf(file).includes(`'${id}'`)).map((id) => `${relative('client', file)}: ${id}`),
      );
    assert.deepEqual(elsewhere, []);
  });
});
