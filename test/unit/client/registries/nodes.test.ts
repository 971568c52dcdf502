import assert from 'node:assert/strict';
import { registryNodes } from '../../../../client/registries/nodes/registryNodes.ts';
import { failed, known, type ProblemKind } from '../../../../common/known.ts';
import type { TagDetails } from '../../../../common/registry.ts';
import { outline } from '../../../support/outline.ts';
import { at, day, details, now, open, registry, shownOf, sourceOf, treeOf } from '../../../support/registryTree.ts';

const host = '127.0.0.1:5000';
const names = (...given: readonly string[]) => ({ items: given.map((name) => ({ name })) });

describe('registryNodes', () => {
  it('folds names of several levels into folders with counts, a name that is both standing beside its folder', async () => {
    const [node] = treeOf({ repositories: names('busybox', 'team/app', 'team/app/api', 'team/web') });
    assert.deepEqual(outline(await open(node)), [['team — 3', [['app — 1', ['api']], 'app', 'web']], 'busybox']);
  });

  it('calls the count of a folder what it is while the list has more pages', async () => {
    const [node] = treeOf({ repositories: { ...names('team/app'), cursor: 'x' } });
    assert.deepEqual(outline(await open(node)), [['team — 1+', ['app']], 'Load more — 1 so far']);
  });

  it('opens a namespace by its path, and names what is in it without it', async () => {
    const source = sourceOf({
      repositories: { items: [{ name: 'library', folder: true }, { name: 'library/nginx' }] },
    });
    const nodes = registryNodes([registry({ host: 'docker.io' })], shownOf(source));
    const below = await open(await at(nodes, 'docker.io', 'library'));
    assert.deepEqual(source.asked, ['repositories docker.io/', 'repositories docker.io/library']);
    assert.equal(below.at(-1)?.label, 'nginx');
  });

  it('names projects by their whole path, and what is a project and a repository inside of itself', async () => {
    const repositories = {
      items: [{ name: 'group/app', folder: true as const }, { name: 'group/app' }, { name: 'group/app/worker' }],
    };
    const nodes = treeOf({ repositories });
    const project = await at(nodes, host, 'group/app');
    const below = await open(project);
    assert.deepEqual(
      below.slice(1).map(({ label, id }) => [label, id]),
      [
        ['app', `repository:${host}/group/app`],
        ['worker', `repository:${host}/group/app/worker`],
      ],
    );
  });

  it('offers the next page, with how many of how many are there', async () => {
    const [node] = treeOf({ repositories: { ...names('a', 'b'), cursor: 'b', total: 1240 } });
    assert.deepEqual(outline(await open(node)), ['a', 'b', 'Load more — 2 of 1,240']);
  });

  it('says that a list is empty, and by which filter', async () => {
    const [all] = treeOf({});
    assert.deepEqual(outline(await open(all)), ['No repositories']);
    const [some] = treeOf({}, { filter: (list) => (list === host ? 'ngi' : undefined) });
    assert.deepEqual(outline(some === undefined ? [] : [some]), [`${host} — filter: "ngi"`]);
    assert.deepEqual(outline(await open(some)), ['No repository has "ngi" in its name']);
  });

  it('filters a folder made of names by asking for all names with the text, and shows its own', async () => {
    const nodes = treeOf(
      { repositories: { ...names('team/app', 'team/nginx', 'nginx', 'teams/nginx'), cursor: 'x', total: 40 } },
      { filter: (list) => (list === `${host}/team/` ? 'NGI' : undefined) },
    );
    const team = await at(nodes, host, 'team');
    assert.equal(team.description, 'filter: "NGI"');
    assert.deepEqual(outline(await open(team)), ['nginx', 'Load more — 1 so far']);
  });

  it('says why there is no list, and offers what may be there by its name', async () => {
    const below = async (kind: ProblemKind) => {
      const [node] = treeOf({ repositories: failed({ kind, subject: host, message: 'No.' }) });
      return outline(await open(node));
    };
    assert.deepEqual(await below('unauthorized'), [[`${host}: No.`, ['Open Repository…', 'Try Again']]]);
    assert.deepEqual(await below('unreachable'), [[`${host}: No.`, ['Try Again']]]);
    assert.deepEqual(await below('unsupported'), [[`${host}: No.`, ['Open Repository…']]]);
  });

  it('shows what was opened by name also where the registry lists nothing', async () => {
    const problem = { kind: 'unsupported', subject: host, message: 'It cannot list.' } as const;
    const [node] = treeOf({ repositories: failed(problem) }, { opened: () => ['team/app'] });
    const below = await open(node);
    assert.deepEqual(
      below.map(({ label, expanded }) => [label, expanded]),
      [
        ['team/app', undefined],
        [`${host}: It cannot list.`, false],
      ],
    );
    const [empty] = treeOf({ repositories: failed(problem) });
    assert.equal((await open(empty))[0]?.expanded, true);
  });

  it('shows what was opened by name once where the registry lists it', async () => {
    const [node] = treeOf({ repositories: names('app') }, { opened: () => ['app', 'old'] });
    assert.deepEqual(outline(await open(node)), ['old', 'app']);
  });

  it('says of repositories what the list says', async () => {
    const [node] = treeOf({
      repositories: { items: [{ name: 'app', tagCount: 12, updated: now - 3 * day, private: true }] },
    });
    const [app] = await open(node);
    assert.equal(app?.description, '12 tags · 3 days ago');
    assert.equal(app?.icon?.id, 'lock');
  });

  it('offers to delete only what can be deleted', async () => {
    const context = async (can: Partial<ReturnType<typeof registry>['can']>) => {
      const all = { listRepositories: true, untag: false, deleteImage: false, deleteRepository: false, ...can };
      const source = sourceOf({ repositories: names('app'), tags: names('1') });
      const nodes = registryNodes([registry({ can: all })], shownOf(source));
      return [(await at(nodes, host, 'app')).context, (await at(nodes, host, 'app', '1')).context];
    };
    assert.deepEqual(await context({}), ['repository', 'tag;pullable']);
    assert.deepEqual(await context({ untag: true, deleteRepository: true }), [
      'repository;deletesTags;deletable',
      'tag;pullable;untag',
    ]);
  });
});

describe('a registry', () => {
  const tooltipOf = (given: Parameters<typeof registry>[0]) => {
    const [node] = registryNodes([registry(given)], shownOf(sourceOf({})));
    return { tooltip: String(node?.tooltip), context: node?.context };
  };

  it('says who is signed in there, also where only somebody is known to be', () => {
    const named = tooltipOf({ account: 'alice', signedInBy: 'docker', origin: 'docker' });
    assert.match(named.tooltip, /Signed in as alice/);
    const nameless = tooltipOf({ signedInBy: 'docker', origin: 'docker' });
    assert.match(nameless.tooltip, /\nSigned in\n/);
    assert.match(nameless.context ?? '', /;account/);
    assert.match(tooltipOf({}).tooltip, /Not signed in/);
  });
});

describe('tagNodes', () => {
  const below = async (items: Parameters<typeof treeOf>[0]['tags'], arranged = {}) => {
    const nodes = treeOf({ repositories: names('app'), ...(items === undefined ? {} : { tags: items }) }, arranged);
    return open(await at(nodes, host, 'app'));
  };

  it('keeps the order of the list', async () => {
    assert.deepEqual(outline(await below(names('b', 'a', 'c'))), ['b', 'a', 'c']);
  });

  it('says date, size and other names of the same image, where the list has them', async () => {
    const tags = await below({
      items: [
        { name: '1.2', digest: 'sha256:a', date: now - 3 * day, dated: 'pushed', compressedBytes: 29_500_000 },
        { name: 'latest', digest: 'sha256:a', date: now - 3 * day, dated: 'created' },
        { name: 'old' },
      ],
    });
    assert.deepEqual(outline(tags), ['1.2 — 29.5 MB · 3 days ago · = latest', 'latest — 3 days ago · = 1.2', 'old']);
  });

  it('shows that a tag is locked', async () => {
    const [tag] = await below({ items: [{ name: '1', locked: true }] });
    assert.equal(tag?.icon?.id, 'lock');
    assert.match(tag?.context ?? '', /;locked/);
  });

  it('is looked at on the page that the registry named for the repository', async () => {
    const page = 'https://gitlab.example/team/app/container_registry/7';
    const nodes = treeOf({ repositories: { items: [{ name: 'app', page }] }, tags: names('1') });
    const { value, context } = await at(nodes, host, 'app', '1');
    assert.equal(value?.kind === 'tag' && value.page, page);
    assert.match(context ?? '', /;page/);
  });

  it('hides what belongs to other images until it is wanted', async () => {
    const items = [{ name: '1' }, { name: 'sha256-ab.sig', kind: 'attachment' }] as const;
    assert.deepEqual(outline(await below({ items })), ['1']);
    assert.deepEqual(outline(await below({ items }, { showsAttachments: true })), ['1', 'sha256-ab.sig']);
    assert.deepEqual(outline(await below({ items: items.slice(1) })), [
      'Only signatures and the like, which are hidden',
    ]);
  });

  it('asks for details only when a tag is opened or hovered', async () => {
    const source = sourceOf({ repositories: names('app'), tags: names('1', '2') });
    const nodes = registryNodes([registry()], shownOf(source));
    const tag = await at(nodes, host, 'app', '2');
    assert.deepEqual(source.asked, [`repositories ${host}/`, `tags ${host}/app`]);
    assert.ok(typeof tag.tooltip === 'function');
    assert.equal(
      await tag.tooltip(new AbortController().signal),
      [`${host}/app:2`, '• linux/amd64: 29.5 MB compressed', '• linux/arm64/v8', 'Digest: sha256:index'].join('\n'),
    );
    assert.equal(source.asked.at(-1), 'platforms app:2');
  });

  it('names a tag as docker would', async () => {
    const reference = async (at_: string, repository: string) => {
      const nodes = registryNodes(
        [registry({ host: at_ })],
        shownOf(sourceOf({ repositories: names(repository), tags: names('1.0') })),
      );
      const value = (await at(nodes, at_, ...repository.split('/'), '1.0')).value;
      return value?.kind === 'tag' ? value.reference : undefined;
    };
    assert.equal(await reference(host, 'team/app'), `${host}/team/app:1.0`);
    assert.equal(await reference('docker.io', 'library/nginx'), 'nginx:1.0');
    assert.equal(await reference('docker.io', 'bitnami/redis'), 'bitnami/redis:1.0');
  });
});

describe('contentNodes', () => {
  const below = async (given: Parameters<typeof treeOf>[0]) =>
    open(await at(treeOf({ repositories: names('app'), tags: names('1'), ...given }), host, 'app', '1'));

  it('shows the platforms of a tag with their compressed size', async () => {
    assert.deepEqual(outline(await below({})), ['linux/amd64 — 29.5 MB', 'linux/arm64/v8']);
  });

  it('pulls each of several for one platform by its digest', async () => {
    const windows = (digest: string, osVersion: string) => ({
      platform: { os: 'windows', architecture: 'amd64', osVersion },
      digest: `sha256:${digest.repeat(64)}`,
    });
    const platforms = [...details.platforms, windows('a', '10.0.20348.1'), windows('b', '10.0.26100.1')];
    const nodes = await below({ details: { ...details, platforms } });
    assert.deepEqual(
      nodes.map(({ value }) => value?.kind === 'platform' && value.reference),
      [
        ...[`${host}/app:1`, `${host}/app:1`],
        ...[`${host}/app@sha256:${'a'.repeat(64)}`, `${host}/app@sha256:${'b'.repeat(64)}`],
      ],
    );
  });

  it('names what is no container image', async () => {
    const artifact: TagDetails = {
      ...details,
      kind: 'artifact',
      artifactType: 'application/vnd.cncf.helm.config.v1+json',
      platforms: [],
    };
    assert.deepEqual(outline(await below({ details: artifact })), [
      'Helm chart — application/vnd.cncf.helm.config.v1+json',
    ]);
    assert.deepEqual(outline(await below({ details: { ...artifact, artifactType: 'application/x' } })), [
      'Not a container image — application/x',
    ]);
  });

  it('shows attestations and signatures beside the platforms, as what they are', async () => {
    const nodes = await below({
      details: { ...details, attestations: [{ digest: 'sha256:att', of: 'sha256:amd' }] },
      referrers: known(
        [
          { digest: 'sha256:s', artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json', annotations: {} },
          { digest: 'sha256:b', artifactType: 'application/spdx+json', bytes: 2_000, annotations: {} },
          { digest: 'sha256:x', artifactType: 'application/x', annotations: {} },
        ],
        0,
      ),
    });
    assert.deepEqual(outline(nodes).slice(2), [
      ['Attestations — 2', ['Attestation — linux/amd64', 'SBOM (SPDX) — application/spdx+json · 2 kB']],
      ['Signatures — 1', ['cosign — application/vnd.dev.cosign.artifact.sig.v1+json']],
      ['Attached Artifacts — 1', ['application/x']],
    ]);
  });

  it('says what an attestation is when somebody looks', async () => {
    const nodes = await below({
      details: { ...details, attestations: [{ digest: 'sha256:att', of: 'sha256:amd' }] },
      statements: [
        { digest: 'sha256:p', predicateType: 'https://slsa.dev/provenance/v1', bytes: 9_000 },
        { digest: 'sha256:s', predicateType: 'https://spdx.dev/Document' },
        { digest: 'sha256:x' },
      ],
    });
    const attestation = await at(nodes, 'Attestations', 'Attestation');
    assert.deepEqual(outline(await open(attestation)), [
      'Provenance — https://slsa.dev/provenance/v1 · 9 kB',
      'SBOM (SPDX) — https://spdx.dev/Document',
      'Statement',
    ]);
  });

  it('shows the platforms before it is known what refers to the image', async () => {
    const source = {
      ...sourceOf({ repositories: names('app'), tags: names('1') }),
      referrers: () => new Promise<never>(() => {}),
    };
    const tag = await at(registryNodes([registry()], shownOf(source)), host, 'app', '1');
    assert.ok(typeof tag.children === 'function');
    const { children } = tag;
    const early = await new Promise<readonly unknown[]>((resolve) => {
      void children(new AbortController().signal, resolve);
    });
    assert.equal(early.length, 2);
  });

  it('says why it is not known what refers to the image, and nothing where registries have no such thing', async () => {
    const problem = { kind: 'timeout', subject: host, message: 'It is slow.' } as const;
    assert.equal((await below({ referrers: failed(problem) })).length, 3);
    assert.equal((await below({ referrers: failed({ ...problem, kind: 'unsupported' }) })).length, 2);
  });

  it('shows layers with their share of the image, what made them, and which the engine has', async () => {
    const nodes = await at(
      treeOf({
        repositories: names('app'),
        tags: names('1'),
        layers: {
          digest: 'sha256:amd',
          platform: { os: 'linux', architecture: 'amd64' },
          config: {},
          layers: [
            {
              digest: 'sha256:1',
              mediaType: 'x',
              compressedBytes: 30_000_000,
              createdBy: 'ADD file:ab in /',
              local: true,
            },
            {
              digest: 'sha256:2',
              mediaType: 'x',
              compressedBytes: 10_000_000,
              createdBy: 'RUN apk add curl',
              local: false,
            },
          ],
        },
      }),
      host,
      'app',
      '1',
      'linux/amd64',
    );
    assert.deepEqual(outline(await open(nodes)), [
      '30 MB — ▇ 75% · ADD file:ab in /',
      '10 MB — ▃ 25% · RUN apk add curl',
    ]);
  });
});
