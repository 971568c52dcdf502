/** One type of `RUN --mount`, with the options it takes. Source: instructions/commands_runmount.go of BuildKit. */
export interface MountDocs {
  readonly type: string;
  readonly summary: string;
  readonly keys: readonly string[];
}

export const mountDocs: readonly MountDocs[] = [
  {
    type: 'bind',
    summary:
      'Files of the build context, or of a stage or image named by `from`. Read-only unless `rw`; what is written is thrown away.',
    keys: ['target', 'source', 'from', 'rw', 'ro'],
  },
  {
    type: 'cache',
    summary: 'A folder that is kept between builds, for package managers and compilers.',
    keys: ['target', 'id', 'sharing', 'from', 'source', 'mode', 'uid', 'gid', 'ro', 'rw'],
  },
  {
    type: 'secret',
    summary:
      'A secret of the build as a file or, with `env`, as an environment variable. It never becomes part of the image.',
    keys: ['id', 'target', 'env', 'required', 'mode', 'uid', 'gid'],
  },
  {
    type: 'ssh',
    summary: 'The SSH agent of the one who builds.',
    keys: ['id', 'target', 'required', 'mode', 'uid', 'gid'],
  },
  { type: 'tmpfs', summary: 'An empty folder in memory.', keys: ['target', 'size'] },
];

/** What an option of a mount means, and its values where they are few. */
export const mountKeyDocs: Readonly<Record<string, { readonly summary: string; readonly values?: readonly string[] }>> =
  {
    type: { summary: 'What is mounted: `bind` without it.', values: mountDocs.map(({ type }) => type) },
    target: { summary: 'Where it is mounted. Also `dst` and `destination`.' },
    source: { summary: 'The path inside of `from`, its root without it. Also `src`.' },
    from: { summary: 'The stage, image or named context the files come from.' },
    id: { summary: 'Tells apart caches, secrets or agents. A cache without it is known by its target.' },
    sharing: {
      summary: 'What happens when two builds use the cache: both at once, each its own, or one after the other.',
      values: ['shared', 'private', 'locked'],
    },
    mode: { summary: 'Permissions in octal, for example `0755`.' },
    uid: { summary: 'Number of the owning user.' },
    gid: { summary: 'Number of the owning group.' },
    size: { summary: 'Upper limit of the size, for example `64m`.' },
    env: { summary: 'Name of the environment variable that holds the secret.' },
    required: { summary: 'Fails the build when it is not given.', values: ['true', 'false'] },
    ro: { summary: 'Read-only. Also `readonly`.' },
    rw: { summary: 'Writable. Also `readwrite`.' },
  };

/** The name an option is documented under. */
export function mountKeyOf(written: string): string {
  return mountKeyAliases[written] ?? written;
}

const mountKeyAliases: Readonly<Record<string, string>> = {
  dst: 'target',
  destination: 'target',
  src: 'source',
  readonly: 'ro',
  readwrite: 'rw',
};
