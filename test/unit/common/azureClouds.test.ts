import assert from 'node:assert/strict';
import { accountsOf, cloudOf, cloudOfEnvironment, cloudOfScopes, hasAccounts } from '../../../common/azureClouds.ts';

describe('the clouds of Azure', () => {
  for (const [host, cloud] of [
    ['contoso.azurecr.io', 'public'],
    ['contoso.azurecr.cn', 'china'],
    ['contoso.azurecr.us', 'government'],
    ['contoso.azurecr.cn.example.com', 'public'],
  ] as const) {
    it(`are told apart by ${host}`, () => assert.equal(cloudOf(host), cloud));
  }

  for (const [scope, provider, environment] of [
    ['https://management.azure.com/.default', 'microsoft', undefined],
    ['https://management.chinacloudapi.cn/.default', 'microsoft-sovereign-cloud', 'ChinaCloud'],
    ['https://management.usgovcloudapi.net/.default', 'microsoft-sovereign-cloud', 'USGovernment'],
    ['https://management.chinacloudapi.cn.example/.default', 'microsoft', undefined],
  ] as const) {
    it(`have their accounts with ${provider} for ${scope}`, () => {
      const cloud = cloudOfScopes([scope, 'VSCODE_TENANT:t']);
      assert.deepEqual([accountsOf(cloud).provider, accountsOf(cloud).environment], [provider, environment]);
      assert.equal(cloudOfEnvironment(environment), cloud);
    });
  }

  it('have accounts where the setting names them, or was written by hand', () => {
    assert.deepEqual(
      [undefined, '', 'USGovernment', 'ChinaCloud', 'custom'].map((set) => hasAccounts('china', set)),
      [false, false, false, true, true],
    );
    assert.equal(hasAccounts('public', undefined), true);
  });
});
