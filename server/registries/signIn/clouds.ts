import type { AzureCloud } from '../../../common/registry.ts';

/** Where Azure's management API is, and how the registries there are named. Source: Azure CLI, `az cloud list`. */
const clouds = {
  public: { management: 'https://management.azure.com', suffix: '.azurecr.io' },
  china: { management: 'https://management.chinacloudapi.cn', suffix: '.azurecr.cn' },
  government: { management: 'https://management.usgovcloudapi.net', suffix: '.azurecr.us' },
} as const satisfies Readonly<Record<AzureCloud, { readonly management: string; readonly suffix: string }>>;

/** Of a registry by its host; any other name counts as the public cloud's. */
export function cloudOf(host: string): AzureCloud {
  if (host.endsWith(clouds.china.suffix)) return 'china';
  return host.endsWith(clouds.government.suffix) ? 'government' : 'public';
}

export const managementOf = (cloud: AzureCloud): string => clouds[cloud].management;
