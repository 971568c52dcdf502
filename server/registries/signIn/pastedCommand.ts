/** Which image or host a line of a shell, a Dockerfile or a compose file is about. */

export interface OfCommand {
  readonly image: string;
  /** The command had a password in it, which is passed over. */
  readonly hadSecret: boolean;
}

/** Switches of `docker run`, `pull`, `push` and the like that take no value; any other takes the next word. */
const switches = new Set(
  '--all-tags --detach --disable-content-trust --help --init --interactive --no-healthcheck --oom-kill-disable --password-stdin --privileged --publish-all --quiet --read-only --remove --replace --rm --sig-proxy --tls-verify --tty'.split(
    ' ',
  ),
);
const shortSwitches = /^-[adiqtP]+$/;

const programs = /^(?:docker|podman|nerdctl|buildah|finch|crane|skopeo|oras)(?:\.exe)?$/;
const verbs = new Set([
  'pull',
  'run',
  'push',
  'create',
  'login',
  'logout',
  'inspect',
  'ls',
  'manifest',
  'copy',
  'history',
]);
const groups = new Set(['image', 'container', 'buildx', 'imagetools', 'manifest']);

/** Undefined for what is none of these lines. */
export function imageOfCommand(line: string): OfCommand | undefined {
  const words = line
    .split(/\s+/, 200)
    .map((word) => word.replace(/^['"]|['"]$/g, ''))
    .filter((word) => word !== '');
  const start = words[0] === 'sudo' ? 1 : 0;
  const first = words[start] ?? '';
  if (/^from$/i.test(first)) return imageIn(words.slice(start + 1), () => true);
  if (/^(?:-\s*)?image:$/.test(first)) return imageIn(words.slice(start + 1), () => true);
  if (/^(?:copy|add|run)$/i.test(first)) return fromOption(words);
  if (!programs.test(first)) return undefined;
  const isGroup = (word: string) => groups.has(word);
  let at = start + 1;
  while (isGroup(words[at] ?? '')) at += 1;
  const verb = words[at] ?? '';
  return verbs.has(verb) || groups.has(words[at - 1] ?? '') ? ofArguments(verb, words.slice(at + 1)) : undefined;
}

/** `COPY --from=image`, `RUN --mount=…,from=image`. */
function fromOption(words: readonly string[]): OfCommand | undefined {
  for (const word of words) {
    const image = /^--from=(.+)$/.exec(word)?.[1] ?? /^--mount=(?:[^=]+=[^,]*,)*?from=([^,]+)/.exec(word)?.[1];
    if (image !== undefined) return { image, hadSecret: false };
  }
  return undefined;
}

function ofArguments(verb: string, words: readonly string[]): OfCommand | undefined {
  const isLogin = verb === 'login';
  const hadSecret = isLogin && words.some((word) => /^(?:-p|--password(?:=|$))/.test(word));
  const image = imageIn(words, (word) => switches.has(word) || (!isLogin && shortSwitches.test(word)))?.image;
  // `docker login` alone is for Docker Hub.
  return image === undefined ? (isLogin ? { image: 'docker.io', hadSecret } : undefined) : { image, hadSecret };
}

/** The first word that is neither an option nor the value of one. */
function imageIn(words: readonly string[], isSwitch: (word: string) => boolean): OfCommand | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) return { image: word, hadSecret: false };
    const holdsValue = word.includes('=') || (/^-[a-zA-Z]./.test(word) && !word.startsWith('--'));
    if (!isSwitch(word) && !holdsValue) at += 1;
  }
  return undefined;
}
