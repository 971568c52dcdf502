import assert from 'node:assert/strict';
import { parsePasted } from '../../../../../server/registries/signIn/pasted.ts';

/** `host repository:tag`, with what else was noticed. */
function read(text: string): string | undefined {
  const pasted = parsePasted(text);
  if (pasted === undefined) return undefined;
  const { host, repository, tag, plain, hadSecret } = pasted;
  const image = repository === undefined ? '' : ` ${repository}${tag === undefined ? '' : `:${tag}`}`;
  return `${host}${image}${plain ? ' (plain)' : ''}${hadSecret ? ' (secret)' : ''}`;
}

const digest = `sha256:${'a'.repeat(64)}`;

const cases: Readonly<Record<string, readonly (readonly [text: string, expected: string | undefined])[]>> = {
  'a host': [
    ['registry.example.com', 'registry.example.com'],
    ['  Registry.Example.com:5000 ', 'registry.example.com:5000'],
    ['localhost', 'localhost'],
    ['localhost:5000', 'localhost:5000'],
    ['registry:5000', 'registry:5000'],
    ['127.0.0.1:5000', '127.0.0.1:5000'],
    ['[::1]:5000', '[::1]:5000'],
    ['docker.io', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry.example/', 'registry.example'],
    ['contoso.azurecr.io', 'contoso.azurecr.io'],
  ],
  'an address': [
    ['https://registry.example.com', 'registry.example.com'],
    ['HTTPS://Registry.example.com/', 'registry.example.com'],
    ['http://10.0.0.1:5000', '10.0.0.1:5000 (plain)'],
    ['https://registry.example/v2/', 'registry.example'],
    ['https://registry.example/v2/_catalog?n=10', 'registry.example'],
    ['https://registry.example/v2/team/app/tags/list', 'registry.example team/app'],
    ['https://registry.example/v2/team/app/manifests/latest', 'registry.example team/app'],
    ['https://registry.example/team/app:1.2', 'registry.example team/app:1.2'],
    ['https://registry.example/UI/Login?next=%2F', 'registry.example'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['docker://registry.example/team/app:1', 'registry.example team/app:1'],
    ['oci://registry.example/charts/app', 'registry.example charts/app'],
    ['ftp://registry.example', undefined],
  ],
  'an address with a password, which is dropped': [
    ['https://alice:s3cret@registry.example/v2/', 'registry.example (secret)'],
    ['alice:s3cret@registry.example:5000/team/app', 'registry.example:5000 team/app (secret)'],
    ['https://alice:p@ss@registry.example', 'registry.example (secret)'],
  ],
  'a reference': [
    ['nginx', 'docker.io library/nginx'],
    ['nginx:1.27', 'docker.io library/nginx:1.27'],
    ['node:22', 'docker.io library/node:22'],
    ['grafana/grafana', 'docker.io grafana/grafana'],
    ['ghcr.io/owner/app:v1', 'ghcr.io owner/app:v1'],
    ['localhost:5000/app', 'localhost:5000 app'],
    [`nginx@${digest}`, 'docker.io library/nginx'],
    [`quay.io/team/app:1@${digest}`, 'quay.io team/app:1'],
    ['`mcr.microsoft.com/dotnet/sdk:9.0`', 'mcr.microsoft.com dotnet/sdk:9.0'],
    ['"registry.example/team/app",', 'registry.example team/app'],
    ['Not A Reference', undefined],
    ['UPPER/Case', 'upper'],
    ['', undefined],
    ['   ', undefined],
  ],
  'a page of Docker Hub': [
    ['https://hub.docker.com/_/nginx', 'docker.io library/nginx'],
    ['hub.docker.com/_/nginx/tags', 'docker.io library/nginx'],
    ['https://hub.docker.com/r/grafana/grafana/tags?page=2', 'docker.io grafana/grafana'],
    ['https://hub.docker.com/repository/docker/team/app/general', 'docker.io team/app'],
    ['https://hub.docker.com/layers/library/nginx/1.27/images/sha256-abc', 'docker.io library/nginx:1.27'],
    ['https://hub.docker.com/u/grafana', 'docker.io'],
    ['https://hub.docker.com', 'docker.io'],
  ],
  "a page of Microsoft's registry": [
    ['https://mcr.microsoft.com/en-us/artifact/mar/dotnet/sdk/about', 'mcr.microsoft.com dotnet/sdk'],
    ['mcr.microsoft.com/en-us/artifact/mar/dotnet/sdk', 'mcr.microsoft.com dotnet/sdk'],
    ['https://mcr.microsoft.com/product/dotnet/aspnet/tags', 'mcr.microsoft.com dotnet/aspnet'],
    ['https://mcr.microsoft.com', 'mcr.microsoft.com'],
  ],
  'a page of GitHub': [
    ['https://github.com/Owner/repo/pkgs/container/app', 'ghcr.io owner/app'],
    ['https://github.com/owner/repo/pkgs/container/repo%2Fapp/1234?tag=v1', 'ghcr.io owner/repo/app:v1'],
    ['https://github.com/orgs/team/packages/container/package/app', 'ghcr.io team/app'],
    ['https://github.com/users/alice/packages/container/package/tools%2Fapp', 'ghcr.io alice/tools/app'],
    ['https://github.com/orgs/team/packages', 'ghcr.io'],
  ],
  'pages of others': [
    ['https://quay.io/repository/prometheus/node-exporter?tab=tags', 'quay.io prometheus/node-exporter'],
    ['https://quay.io/organization/prometheus', 'quay.io'],
    ['https://gitlab.com/group/sub/project/container_registry/123', 'registry.gitlab.com group/sub/project'],
    ['https://gitlab.com/group/project/-/container_registry', 'registry.gitlab.com group/project'],
    [
      'https://portal.azure.com/#@contoso.example/resource/subscriptions/0/resourceGroups/r/providers/Microsoft.ContainerRegistry/registries/Contoso/overview',
      'contoso.azurecr.io',
    ],
    [
      'https://portal.azure.us/#view/x/resource/providers/Microsoft.ContainerRegistry/registries/contoso',
      'contoso.azurecr.us',
    ],
    [
      'https://eu-central-1.console.aws.amazon.com/ecr/repositories/private/123456789012/team/app?region=eu-central-1',
      '123456789012.dkr.ecr.eu-central-1.amazonaws.com team/app',
    ],
    ['https://gallery.ecr.aws/docker/library', 'public.ecr.aws docker/library'],
    [
      'https://console.cloud.google.com/artifacts/docker/proj/europe-west1/repo/app?project=proj',
      'europe-west1-docker.pkg.dev proj/repo/app',
    ],
    ['https://console.cloud.google.com/gcr/images/proj/app', 'gcr.io proj/app'],
  ],
  'a command': [
    ['docker pull nginx', 'docker.io library/nginx'],
    ['$ docker pull --platform linux/arm64 ghcr.io/owner/app:v1', 'ghcr.io owner/app:v1'],
    ['sudo docker pull -q --platform=linux/arm64 quay.io/team/app', 'quay.io team/app'],
    ['docker image pull registry.example:5000/app', 'registry.example:5000 app'],
    ['podman pull docker://quay.io/team/app', 'quay.io team/app'],
    ['docker run --rm -it -p 8080:80 -e KEY=value --name web nginx:1.27 sh -c "a b"', 'docker.io library/nginx:1.27'],
    ['docker run -d \\\n  -p8080:80 \\\n  -v "$PWD:/app" \\\n  registry.example/team/app', 'registry.example team/app'],
    ['docker push contoso.azurecr.io/team/app:1', 'contoso.azurecr.io team/app:1'],
    ['docker login registry.example', 'registry.example'],
    ['docker login -u alice -p s3cret registry.example', 'registry.example (secret)'],
    ['docker login --username alice --password-stdin registry.example', 'registry.example'],
    ['docker login', 'docker.io'],
    ['docker buildx imagetools inspect ghcr.io/owner/app', 'ghcr.io owner/app'],
    ['skopeo inspect docker://registry.example/team/app', 'registry.example team/app'],
    ['# docker pull registry.example/app', 'registry.example app'],
    ['docker ps', undefined],
    ['npm install', undefined],
  ],
  'a line of a file': [
    ['FROM node:22 AS build', 'docker.io library/node:22'],
    ['from --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:9.0 AS build', 'mcr.microsoft.com dotnet/sdk:9.0'],
    ['COPY --from=ghcr.io/owner/tool:1 /tool /', 'ghcr.io owner/tool:1'],
    ['RUN --mount=type=bind,from=quay.io/team/app,target=/x ls', 'quay.io team/app'],
    ['    image: "registry.example/team/app:1"', 'registry.example team/app:1'],
    ['FROM $BASE', undefined],
  ],
  'several lines': [
    ['First sign in:\ndocker login registry.example\ndocker pull registry.example/app', 'registry.example'],
    ['# comment\n\ndocker pull registry.example/app', 'registry.example app'],
  ],
};

describe('what people paste', () => {
  for (const [name, table] of Object.entries(cases)) {
    describe(name, () => {
      for (const [text, expected] of table) {
        it(`${JSON.stringify(text)} is ${expected ?? 'nothing'}`, () => assert.equal(read(text), expected));
      }
    });
  }

  it('is read in time that grows with its length only', () => {
    for (const text of ['docker run '.repeat(50_000), `${'a/'.repeat(50_000)}`, `http://${'@'.repeat(100_000)}`]) {
      assert.doesNotThrow(() => parsePasted(text));
    }
  });
});
