/**
 * The clouds of Azure: how registries there are named, where the management API is, and which of VS Code's accounts are of it. Those
 * of other clouds than the public one are accounts of their own, and there only for the one cloud that a setting of VS Code's names.
 * Sources: Azure CLI, `az cloud list`; microsoft/vscode, extensions/microsoft-authentication.
 */
import type { AzureCloud } from './registry.ts';

interface Facts {
  readonly management: string;
  /** Its pages for people. */
  readonly portal: string;
  readonly suffix: string;
  readonly accounts: AccountPlace;
}

export interface AccountPlace {
  /** The id of VS Code's provider. */
  readonly provider: 'microsoft' | 'microsoft-sovereign-cloud';
  /** What the setting has to say for it. */
  readonly environment?: 'ChinaCloud' | 'USGovernment';
}

const clouds: Readonly<Record<AzureCloud, Facts>> = {
  public: {
    management: 'https://management.azure.com',
    portal: 'https://portal.azure.com',
    suffix: '.azurecr.io',
    accounts: { provider: 'microsoft' },
  },
  china: {
    management: 'https://management.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
    suffix: '.azurecr.cn',
    accounts: { provider: 'microsoft-sovereign-cloud', environment: 'ChinaCloud' },
  },
  government: {
    management: 'https://management.usgovcloudapi.net',
    portal: 'https://portal.azure.us',
    suffix: '.azurecr.us',
    accounts: { provider: 'microsoft-sovereign-cloud', environment: 'USGovernment' },
  },
};
const others = ['china', 'government'] as const satisfies readonly AzureCloud[];

/** VS Code's own setting. */
export const environmentSetting = { section: 'microsoft-sovereign-cloud', name: 'environment' } as const;

/** Of a registry by its host; any other name counts as the public cloud's. */
export function cloudOf(host: string): AzureCloud {
  return others.find((cloud) => host.endsWith(clouds[cloud].suffix)) ?? 'public';
}

export const managementOf = (cloud: AzureCloud): string => clouds[cloud].management;
export const portalOf = (cloud: AzureCloud): string => clouds[cloud].portal;

/** By what a token is asked for: `https://management.chinacloudapi.cn/.default`. */
export function cloudOfScopes(scopes: readonly string[]): AzureCloud {
  return others.find((cloud) => scopes.some((scope) => scope.startsWith(`${managementOf(cloud)}/`))) ?? 'public';
}

/** The cloud that the setting names. */
export function cloudOfEnvironment(environment: string | undefined): AzureCloud {
  return others.find((cloud) => clouds[cloud].accounts.environment === environment) ?? 'public';
}

export const accountsOf = (cloud: AzureCloud): AccountPlace => clouds[cloud].accounts;

/** Whether VS Code has accounts of a cloud as it is set now. What a user has set up by hand is taken for right. */
export function hasAccounts(cloud: AzureCloud, set: string | undefined): boolean {
  const { environment } = accountsOf(cloud);
  return environment === undefined || set === environment || set === 'custom';
}
