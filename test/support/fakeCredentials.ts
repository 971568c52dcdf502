import type { Account, Credential, Credentials } from '../../server/util/credential.ts';

/** Credentials by registry, with a count of how often they were asked for. */
export function fakeCredentials(
  byRegistry: Readonly<Record<string, Credential>> = {},
  accounts: readonly Account[] = [],
) {
  const credentials = {
    asked: 0,
    byRegistry: { ...byRegistry } as Record<string, Credential>,
    async find(registry: string) {
      credentials.asked += 1;
      return credentials.byRegistry[registry];
    },
    accounts: async () => ({ accounts, problems: [] }),
    refused(_registry: string, _credential: Credential): void {},
    forget() {},
  };
  return credentials satisfies Credentials;
}
