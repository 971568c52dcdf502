/** What may stand behind the `=` of a flag. */
export type FlagValue = 'none' | 'text' | 'boolean' | 'platform' | 'stage' | 'mount' | readonly string[];

/** One flag of an instruction, documented in Markdown. */
export interface FlagDocs {
  readonly name: string;
  readonly summary: string;
  readonly value: FlagValue;
  readonly example: string;
  /** May be given more than once. */
  readonly repeats?: boolean;
}

const chown: FlagDocs = {
  name: 'chown',
  summary: 'Owner of what is copied: user and group, as names or numbers. Without it everything belongs to root.',
  value: 'text',
  example: '--chown=app:app',
};
const chmod: FlagDocs = {
  name: 'chmod',
  summary: 'Permissions of what is copied, in octal or, with newer frontends, symbolic notation.',
  value: 'text',
  example: '--chmod=755',
};
const link: FlagDocs = {
  name: 'link',
  summary:
    'Makes a layer that does not depend on those below it, so that it stays valid in the cache when they change. Symbolic links in the destination are not followed.',
  value: 'boolean',
  example: '--link',
};
const exclude: FlagDocs = {
  name: 'exclude',
  summary: 'Leaves out the paths that match a pattern.',
  value: 'text',
  example: '--exclude=*.md',
  repeats: true,
};

/** The flags of each instruction. Source: instructions/parse.go of BuildKit. */
export const flagDocs: Readonly<Record<string, readonly FlagDocs[]>> = {
  FROM: [
    {
      name: 'platform',
      summary: 'Platform of the image, where it has more than one. Without it, the platform that is built for.',
      value: 'platform',
      example: '--platform=$BUILDPLATFORM',
    },
  ],
  COPY: [
    {
      name: 'from',
      summary: 'Copies from an earlier stage, an image or a named context instead of the build context.',
      value: 'stage',
      example: '--from=build',
    },
    chown,
    chmod,
    link,
    {
      name: 'parents',
      summary: 'Keeps the parent folders of each source. A `./` inside a source marks where keeping begins.',
      value: 'boolean',
      example: '--parents',
    },
    exclude,
  ],
  ADD: [
    chown,
    chmod,
    link,
    {
      name: 'checksum',
      summary: 'Refuses a download whose content does not have this digest.',
      value: 'text',
      example: '--checksum=sha256:24454f…',
    },
    {
      name: 'keep-git-dir',
      summary: 'Keeps the `.git` folder of a repository that is cloned.',
      value: 'boolean',
      example: '--keep-git-dir=true',
    },
    {
      name: 'unpack',
      summary: 'Says whether an archive is unpacked. Without it, local archives are and downloads are not.',
      value: 'boolean',
      example: '--unpack=true',
    },
    exclude,
  ],
  RUN: [
    {
      name: 'mount',
      summary:
        'Mounts something for the time of the command: a cache, a secret, the SSH agent, files of a stage. It leaves no trace in the layer.',
      value: 'mount',
      example: '--mount=type=cache,target=/root/.cache',
      repeats: true,
    },
    {
      name: 'network',
      summary: 'The network the command has: the usual one, none, or the host’s own (which the builder must allow).',
      value: ['default', 'none', 'host'],
      example: '--network=none',
    },
    {
      name: 'security',
      summary: 'Whether the command runs in the sandbox or with full rights (which the builder must allow).',
      value: ['sandbox', 'insecure'],
      example: '--security=insecure',
    },
    {
      name: 'device',
      summary: 'Gives the command a device by its CDI name.',
      value: 'text',
      example: '--device=vendor.com/gpu=all',
      repeats: true,
    },
  ],
  HEALTHCHECK: [
    {
      name: 'interval',
      summary: 'Time between two tests. 30 seconds without it.',
      value: 'text',
      example: '--interval=30s',
    },
    {
      name: 'timeout',
      summary: 'A test that takes longer has failed. 30 seconds without it.',
      value: 'text',
      example: '--timeout=3s',
    },
    {
      name: 'start-period',
      summary: 'Time a container has to start up, in which failed tests do not count. None without it.',
      value: 'text',
      example: '--start-period=10s',
    },
    {
      name: 'start-interval',
      summary: 'Time between two tests during the start period. 5 seconds without it.',
      value: 'text',
      example: '--start-interval=1s',
    },
    {
      name: 'retries',
      summary: 'How many tests must fail in a row before a container is unhealthy. 3 without it.',
      value: 'text',
      example: '--retries=3',
    },
  ],
};
