/** A registries view without VS Code and without a server: what a test says is there. */
import assert from 'node:assert/strict';
import { registryNodes } from '../../client/registries/nodes/registryNodes.ts';
import type { RegistrySource, Shown } from '../../client/registries/nodes/shown.ts';
import type { RegistryValue } from '../../client/registries/values.ts';
import type { TreeNode } from '../../client/ui/treeModel.ts';
import { failed, type Known, known } from '../../common/known.ts';
import type {
  ImageLayers,
  Page,
  ReferrerRow,
  Registry,
  RepositoryRow,
  StatementRow,
  TagDetails,
  TagRow,
} from '../../common/registry.ts';

export type RegistryNode = TreeNode<RegistryValue>;

export const now = Date.UTC(2026, 0, 31, 12);
export const day = 86_400_000;

export function registry(given: Partial<Registry> = {}): Registry {
  return {
    host: '127.0.0.1:5000',
    name: given.host ?? '127.0.0.1:5000',
    origin: 'settings',
    kind: 'generic',
    can: { listRepositories: true, untag: false, deleteImage: true, deleteRepository: false },
    ...given,
  };
}

export const details: TagDetails = {
  digest: 'sha256:index',
  mediaType: 'application/vnd.oci.image.index.v1+json',
  kind: 'index',
  platforms: [
    { platform: { os: 'linux', architecture: 'amd64' }, digest: 'sha256:amd', compressedBytes: 29_500_000 },
    { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' }, digest: 'sha256:arm' },
  ],
};

interface Contents {
  readonly repositories: Page<RepositoryRow> | Known<Page<RepositoryRow>>;
  readonly tags: Page<TagRow>;
  readonly details: TagDetails;
  readonly layers: ImageLayers;
  readonly statements: readonly StatementRow[];
  readonly referrers: Known<readonly ReferrerRow[]>;
}

/** Counts what it is asked for. */
export function sourceOf(given: Partial<Contents>): RegistrySource & { readonly asked: string[] } {
  const asked: string[] = [];
  const { repositories = { items: [] } } = given;
  return {
    asked,
    repositories: async ({ host, path = '' }) => {
      asked.push(`repositories ${host}/${path}`);
      return 'state' in repositories ? repositories : known(repositories, 0);
    },
    seenRepositories: () => undefined,
    tags: async (host, repository) => {
      asked.push(`tags ${host}/${repository}`);
      return known(given.tags ?? { items: [] }, 0);
    },
    platforms: async (_, repository, tag) => {
      asked.push(`platforms ${repository}:${tag}`);
      return known(given.details ?? details, 0);
    },
    layers: async (_, repository, digest) => {
      asked.push(`layers ${repository}@${digest}`);
      return given.layers === undefined
        ? failed({ kind: 'notFound', subject: digest, message: 'It is not there.' })
        : known(given.layers, 0);
    },
    attestation: async (_, repository, digest) => {
      asked.push(`attestation ${repository}@${digest}`);
      return known(given.statements ?? [], 0);
    },
    referrers: async (_, repository, digest) => {
      asked.push(`referrers ${repository}@${digest}`);
      return given.referrers ?? known([], 0);
    },
  };
}

export function shownOf(source: RegistrySource, arranged: Partial<Shown['arranged']> = {}): Shown {
  return {
    source,
    arranged: { filter: () => undefined, opened: () => [], showsAttachments: false, ...arranged },
    now: () => now,
    units: 'MB',
  };
}

export function treeOf(
  given: Partial<Contents>,
  arranged: Partial<Shown['arranged']> = {},
  ...registries: readonly Registry[]
): readonly RegistryNode[] {
  return registryNodes(registries.length === 0 ? [registry()] : registries, shownOf(sourceOf(given), arranged));
}

/** What is below a node, asked for if need be. */
export async function open(node: RegistryNode | undefined): Promise<readonly RegistryNode[]> {
  if (typeof node?.children !== 'function') return node?.children ?? [];
  const answer = await node.children(new AbortController().signal);
  assert.ok(answer.state === 'known', JSON.stringify(answer));
  return answer.value;
}

/** The node behind these labels, each below the one before. */
export async function at(nodes: readonly RegistryNode[], ...labels: readonly string[]): Promise<RegistryNode> {
  const [label, ...rest] = labels;
  const node = nodes.find((each) => each.label === label);
  assert.ok(node, `${label} is not among ${nodes.map((each) => each.label).join(', ')}`);
  return rest.length === 0 ? node : at(await open(node), ...rest);
}
