import { manager, requestOf } from './managers.ts';
import { pinRule, unpinned } from './pins.ts';

/** Source: npm help config. */
const npm = manager(
  'npm',
  '-C -w --arch --before --ca --cache --cafile --cert --cpu --depth --fetch-retries --fetch-retry-maxtimeout ' +
    '--fetch-retry-mintimeout --fetch-timeout --globalconfig --https-proxy --include --install-strategy --key --libc ' +
    '--location --loglevel --maxsockets --node-options --noproxy --omit --only --os --prefix --proxy --python --registry ' +
    '--save-prefix --scope --script-shell --tag --target --target_arch --userconfig --workspace',
);

const installs: ReadonlySet<string> = new Set(['install', 'i', 'add', 'in', 'ins', 'inst', 'insta', 'instal']);

/** Source: hadolint's DL3016, and npm help install for what is no name. */
export const npmPins = pinRule({
  name: 'DL3016',
  find: (call) => {
    const request = requestOf(call, npm);
    if (!request || !installs.has(request.verb.text)) return [];
    // A switch may be followed by its value: --unsafe-perm true.
    const named = request.operands.filter(({ text }) => text !== 'true' && text !== 'false');
    return unpinned(named, isPinned);
  },
  example: (name) => (isRepository(name) ? `${name}#<commit>` : `${name}@<version>`),
});

function isPinned(text: string): boolean {
  if (isRepository(text)) return text.includes('#');
  return /^(?:[./~]|file:|link:|https?:)|\.(?:tar|tgz|tar\.gz)$/.test(text) || text.lastIndexOf('@') > 0;
}

/** `git+https://…`, `github:user/name`, `user/name` */
function isRepository(text: string): boolean {
  return /^(?:git(?:\+\w+)?:\/\/|git@|github:|gitlab:|bitbucket:|gist:|[\w-][\w.-]*\/[\w.-]+(?:#|$))/.test(text);
}
