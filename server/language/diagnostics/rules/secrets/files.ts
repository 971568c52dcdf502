import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { copySources } from '../../copySources.ts';
import type { Rule } from '../../rule.ts';

/** A file that is there to hold secrets, copied into the image, where every layer can be read. */
export const secretFileCopied: Rule = {
  name: 'SecretFileCopied',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  keywords: ['COPY', 'ADD'],
  checkInstruction(instruction, report) {
    if (instruction.flags.some(({ name }) => name === 'from')) return;
    const target = instruction.words.at(-1)?.value ?? '';
    for (const { value, span } of copySources(instruction)) {
      const what = secretFile(unquote(value), unquote(target));
      if (!what) continue;
      const way = what.atRun
        ? 'Give it to the container when it starts.'
        : 'Give it to the RUN that needs it by --mount=type=secret.';
      report(
        span,
        `"${unquote(value)}" holds ${what.holds}, and stays in the image, even if it is deleted later. ${way}`,
      );
    }
  },
};

interface SecretFile {
  readonly holds: string;
  /** What the app needs, rather than the build. */
  readonly atRun?: true;
}

/** By the whole of a path's end, in lower case. */
const files: readonly (readonly [path: RegExp, file: SecretFile])[] = [
  [
    /(?:^|\/)\.env(?:\.local|\.[a-z]+\.local)?$/,
    { holds: 'the settings of one environment, secrets among them', atRun: true },
  ],
  [/(?:^|\/)(?:\.pypirc|\.netrc|_netrc|\.git-credentials)$/, { holds: 'passwords' }],
  [/(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/, { holds: 'a private key' }],
  [/(?:^|\/)\.ssh\/?$/, { holds: 'private keys' }],
  [/(?:^|\/)\.aws(?:\/|\/credentials)?$/, { holds: 'credentials of AWS' }],
  [/(?:^|\/)\.docker\/config\.json$/, { holds: 'credentials of registries' }],
  [/(?:^|\/)\.kube(?:\/|\/config)?$/, { holds: 'credentials of clusters' }],
  [/\.(?:pfx|p12)$/, { holds: 'a private key', atRun: true }],
  [
    /(?:^|[/._-])(?:private|privkey|server|tls|ssl|client|localhost)[._-]?(?:key)?\.key$/,
    { holds: 'a private key', atRun: true },
  ],
  [
    /(?:^|[/._-])(?:private[._-]?key|privkey|(?:server|tls|ssl|client)[._-]key)\.pem$/,
    { holds: 'a private key', atRun: true },
  ],
];

/**
 * What a source is known to hold. A project's own .npmrc is left alone, since it mostly has settings and the names of variables; one
 * that becomes the user's is there for its token.
 */
function secretFile(source: string, target: string): SecretFile | undefined {
  if (/[:*?$]/.test(source)) return undefined;
  const path = source.replaceAll('\\', '/').toLowerCase();
  if (/(?:^|\/)\.npmrc$/.test(path))
    return /^(?:~|\/root|\/home\/[^/]+)\/(?:\.npmrc)?$/.test(target) ? { holds: 'a token' } : undefined;
  return files.find(([pattern]) => pattern.test(path))?.[1];
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
