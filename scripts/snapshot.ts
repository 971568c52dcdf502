// Makes resources/snapshot/, which ships with Gantry: npm run snapshot -- --date YYYY-MM-DD OFFICIAL DOTNET
// OFFICIAL is {_origin, repos: {name: [{tags, arch, shared?}]}}: one entry an image, `shared` tags span several images (Linux
// and Windows under one name). DOTNET is {_origin, repos: {name: {tag: {digest, created, platforms}}}}.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Official {
  readonly _origin: string;
  readonly repos: Readonly<Record<string, readonly OfficialImage[]>>;
}

interface OfficialImage {
  readonly tags: readonly string[];
  /** `arm64v8`, `windows-amd64`. */
  readonly arch: readonly string[];
  readonly shared?: readonly string[];
}

interface Dotnet {
  readonly _origin: string;
  readonly repos: Readonly<Record<string, Readonly<Record<string, DotnetTag>>>>;
}

interface DotnetTag {
  readonly digest: string;
  readonly created: string;
  readonly platforms: readonly {
    readonly os: string;
    readonly architecture: string;
    readonly compressedSize: number;
  }[];
}

/** One image, as server/images/snapshot.ts reads it. */
type Image = readonly [
  tags: string,
  platforms: readonly (number | readonly [platform: number, compressedBytes: number])[],
  digest?: string,
  createdMs?: number,
];

/**
 * In this order they are offered before anything is typed: by how many of 62 public projects build on them (counted in 2,481
 * Dockerfiles of 2026). All others follow by name.
 */
const usual: readonly string[] = [
  ...['alpine', 'golang', 'node', 'debian', 'ubuntu', 'python', 'busybox', 'php', 'eclipse-temurin', 'nginx', 'rust'],
  ...['docker', 'ruby', 'buildpack-deps', 'registry', 'hello-world', 'maven', 'mongo', 'oraclelinux', 'perl'],
  ...['dotnet/sdk', 'dotnet/aspnet', 'dotnet/runtime', 'dotnet/runtime-deps', 'dotnet/framework/sdk'],
];

/** As docker-library names architectures, and as platforms are named; in the order in which they are shown. */
const platformOf: Readonly<Record<string, string>> = {
  amd64: 'linux/amd64',
  arm64v8: 'linux/arm64',
  arm32v7: 'linux/arm/v7',
  arm32v6: 'linux/arm/v6',
  arm32v5: 'linux/arm/v5',
  i386: 'linux/386',
  ppc64le: 'linux/ppc64le',
  riscv64: 'linux/riscv64',
  s390x: 'linux/s390x',
  'windows-amd64': 'windows/amd64',
};

const { values, positionals } = parseArgs({ options: { date: { type: 'string' } }, allowPositionals: true });
const [officialPath, dotnetPath] = positionals;
if (officialPath === undefined || dotnetPath === undefined || !/^\d{4}-\d\d-\d\d$/.test(values.date ?? '')) {
  console.error('Usage: npm run snapshot -- --date YYYY-MM-DD OFFICIAL DOTNET');
  process.exit(2);
}
const official: Official = JSON.parse(await readFile(officialPath, 'utf8'));
const dotnet: Dotnet = JSON.parse(await readFile(dotnetPath, 'utf8'));
const folder = join(import.meta.dirname, '../resources/snapshot');
await mkdir(folder, { recursive: true });
await write('official-images.json', 'docker.io', 'Apache-2.0', official, 'library/', officialImages);
await write('dotnet.json', 'mcr.microsoft.com', 'MIT', dotnet, '', dotnetImages);

/** Throws for a platform that is not known. */
type Platforms = (name: string) => number;

/** A shared tag is an image of its own, an index that holds what all its images hold; those with the same parts are the same. */
function officialImages(images: readonly OfficialImage[], index: Platforms): readonly Image[] {
  const plain = images.map(({ tags, arch }) => ({ tags, arch }));
  const parts = new Map<string, OfficialImage[]>();
  for (const image of images) {
    for (const tag of image.shared ?? []) parts.set(tag, [...(parts.get(tag) ?? []), image]);
  }
  const shared = new Map<string, { tags: string[]; arch: string[] }>();
  for (const [tag, of] of parts) {
    const key = of.map((image) => images.indexOf(image)).join();
    const same = shared.get(key) ?? { tags: [], arch: [...new Set(of.flatMap(({ arch }) => arch))] };
    same.tags.push(tag);
    shared.set(key, same);
  }
  return [...plain, ...shared.values()].map(({ tags, arch }) => [
    tags.join(' '),
    arch.map((name) => index(platformOf[name] ?? unknown(name))).sort((a, b) => a - b),
  ]);
}

function dotnetImages(tags: Readonly<Record<string, DotnetTag>>, index: Platforms): readonly Image[] {
  const images = new Map<string, [string, DotnetTag][]>();
  for (const entry of Object.entries(tags)) {
    const { digest } = entry[1];
    images.set(digest, [...(images.get(digest) ?? []), entry]);
  }
  return [...images.values()].map((same) => {
    const [, { digest, created, platforms }] = same[0]!;
    const sizes = platforms.map(({ os, architecture, compressedSize }) => {
      const name = architecture === 'arm' ? 'arm/v7' : architecture;
      return [index(`${os}/${name}`), compressedSize] as const;
    });
    sizes.sort(([a], [b]) => a - b);
    return [same.map(([tag]) => tag).join(' '), sizes, digest, Date.parse(created)];
  });
}

function unknown(name: string): never {
  throw new Error(`Not a known platform: ${name}`);
}

/** One line a repository, so that a renewal can be read. */
async function write<T>(
  file: string,
  registry: string,
  licence: string,
  { _origin, repos }: { readonly _origin: string; readonly repos: Readonly<Record<string, T>> },
  prefix: string,
  images: (images: T, index: Platforms) => readonly Image[],
): Promise<void> {
  const platforms = Object.values(platformOf);
  const index = (name: string) => {
    const at = platforms.indexOf(name);
    return at === -1 ? unknown(name) : at;
  };
  const rank = (name: string) => (usual.includes(name) ? usual.indexOf(name) : usual.length);
  const names = Object.keys(repos).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const lines = names.map((name) => `${JSON.stringify(prefix + name)}:${JSON.stringify(images(repos[name]!, index))}`);
  const source = /[\w./-]+@[0-9a-f]{40}/.exec(_origin)?.[0] ?? _origin;
  const first = names.filter((name) => usual.includes(name)).length;
  const head = { source, licence, date: values.date, registry, usual: first, platforms };
  const text = `${JSON.stringify(head).slice(0, -1)},"repositories":{\n${lines.join(',\n')}\n}}\n`;
  await writeFile(join(folder, file), text);
  console.log(`${file}: ${names.length} repositories, ${text.length} bytes`);
}
