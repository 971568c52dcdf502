import assert from 'node:assert/strict';
import type { RegistryKind } from '../../../common/registry.ts';
import { pageOf } from '../../../common/registryPage.ts';

describe('pageOf', () => {
  for (const [kind, host, repository, tag, page] of [
    ['hub', 'docker.io', 'library/nginx', undefined, 'https://hub.docker.com/_/nginx'],
    ['hub', 'docker.io', 'grafana/grafana', '12.0', 'https://hub.docker.com/r/grafana/grafana/tags?name=12.0'],
    ['mcr', 'mcr.microsoft.com', 'dotnet/sdk', '10.0', 'https://mcr.microsoft.com/en-us/artifact/mar/dotnet/sdk/tags'],
    ['ghcr', 'ghcr.io', 'team/app', undefined, 'https://ghcr.io/team/app'],
    ['quay', 'quay.io', 'podman/stable', undefined, 'https://quay.io/repository/podman/stable'],
    ['dtr', 'dtr.example', 'team/app', '1', 'https://dtr.example/repositories/team/app/tags'],
    ['harbor', 'harbor.example', 'team/app', undefined, 'https://harbor.example'],
    ['ecr', 'public.ecr.aws', 'nginx/nginx', undefined, 'https://gallery.ecr.aws/nginx/nginx'],
    ['acr', 'a.azurecr.io', 'app', '1', 'https://portal.azure.com/#browse/Microsoft.ContainerRegistry%2Fregistries'],
    ['acr', 'a.azurecr.cn', 'app', '1', 'https://portal.azure.cn/#browse/Microsoft.ContainerRegistry%2Fregistries'],
    ['acr', 'a.azurecr.us', 'app', '1', 'https://portal.azure.us/#browse/Microsoft.ContainerRegistry%2Fregistries'],
    ['gitlab', 'registry.gitlab.com', 'a/b/c', undefined, 'https://gitlab.com'],
    ['generic', '127.0.0.1:5000', 'app', undefined, undefined],
  ] as const satisfies readonly (readonly [RegistryKind, string, string, string | undefined, string | undefined])[]) {
    it(`of ${host}/${repository}`, () => assert.equal(pageOf({ kind, host }, repository, tag), page));
  }

  it('is where the settings say', () => {
    const registry = { kind: 'generic', host: 'r.example', webUrl: 'https://web.example/ui/' } as const;
    assert.equal(pageOf(registry, 'app'), 'https://web.example/ui');
  });

  it('escapes names', () => {
    assert.equal(pageOf({ kind: 'quay', host: 'quay.io' }, 'a/?x#y'), 'https://quay.io/repository/a/%3Fx%23y');
  });
});
