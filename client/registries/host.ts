import * as l10n from '@vscode/l10n';
import type { RegistrySetting } from '../contributions.ts';

/**
 * The registry that a user means by what they type: a host with optional port, or its address in a browser.
 * Returns what is wrong, as a sentence, when it is neither.
 */
export function parseRegistry(text: string): RegistrySetting | string {
  const trimmed = text.trim();
  if (trimmed === '') return l10n.t('Type the host of a registry, for example registry.example.com or 127.0.0.1:5000.');
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    return l10n.t('"{0}" is no host. Type for example registry.example.com or 127.0.0.1:5000.', trimmed);
  }
  if (url.username !== '' || url.password !== '') {
    return l10n.t(
      'Leave the name and password out: settings are no place for them. Gantry uses the sign-ins docker has.',
    );
  }
  if (url.pathname !== '/' && !/^\/v2\/?$/.test(url.pathname)) {
    return l10n.t('Leave out what comes after the host: the tree shows the whole registry.');
  }
  return { host: url.host, ...(url.protocol === 'http:' ? { insecure: true } : {}) };
}
