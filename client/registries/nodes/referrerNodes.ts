/** What belongs to an image: attestations of its index, and what refers to it in the registry. */
import * as l10n from '@vscode/l10n';
import { type ByteUnits, formatBytesIn } from '../../../common/bytes.ts';
import type { Known } from '../../../common/known.ts';
import { formatPlatform } from '../../../common/platform.ts';
import type { ReferrerRow, StatementRow, TagDetails } from '../../../common/registry.ts';
import { problemNode } from '../../ui/treeModel.ts';
import type { TagPlace } from '../values.ts';
import { asked, descriptionOf, type Node, noteNode, type RegistrySource, type Shown, tooltipOf } from './shown.ts';

interface Attested extends Pick<Shown, 'units'> {
  readonly source: Pick<RegistrySource, 'attestation'>;
}

type Group = 'signatures' | 'attestations' | 'attached';

/** A group each for attestations, signatures and the rest, where there are any. */
export function attachedNodes(
  tag: TagPlace,
  details: TagDetails,
  referrers: Known<readonly ReferrerRow[]>,
  shown: Attested,
): readonly Node[] {
  const parent = `${tag.host}/${tag.repository}:${tag.tag}`;
  const rows = referrers.state === 'known' ? referrers.value : [];
  const within = (group: Group) => rows.filter((row) => groupOf(row) === group);
  return [
    ...groupNode(parent, 'attestations', [
      ...(details.attestations ?? []).map((each) => attestationNode(parent, tag, each, details, shown)),
      ...within('attestations').map((row) => referrerNode(parent, tag, row, shown.units)),
    ]),
    ...groupNode(
      parent,
      'signatures',
      within('signatures').map((row) => referrerNode(parent, tag, row, shown.units)),
    ),
    ...groupNode(
      parent,
      'attached',
      within('attached').map((row) => referrerNode(parent, tag, row, shown.units)),
    ),
    // What a registry has no list of is nothing that failed.
    ...(referrers.state === 'failed' && !['unsupported', 'notFound'].includes(referrers.problem.kind)
      ? [{ ...problemNode<never>(`referrers:${parent}`, referrers.problem), expanded: false }]
      : []),
  ];
}

const groups: Readonly<Record<Group, { readonly label: () => string; readonly icon: string }>> = {
  attestations: { label: () => l10n.t('Attestations'), icon: 'verified' },
  signatures: { label: () => l10n.t('Signatures'), icon: 'workspace-trusted' },
  attached: { label: () => l10n.t('Attached Artifacts'), icon: 'paperclip' },
};

function groupNode(parent: string, group: Group, children: readonly Node[]): readonly Node[] {
  if (children.length === 0) return [];
  const { label, icon } = groups[group];
  return [
    {
      id: `${group}:${parent}`,
      label: label(),
      description: String(children.length),
      icon: { id: icon },
      context: 'group',
      tooltip: label(),
      children,
    },
  ];
}

/** Source: cosign's, notation's and sigstore's own types; SBOM formats as IANA has them; in-toto's. */
function groupOf({ artifactType }: ReferrerRow): Group {
  if (/cosign\.artifact\.sig|cosign\.simplesigning|notary\.signature/.test(artifactType)) return 'signatures';
  return /in-toto|spdx|cyclonedx|sbom|attestation|provenance|sigstore\.bundle/i.test(artifactType)
    ? 'attestations'
    : 'attached';
}

const names: readonly (readonly [RegExp, string])[] = [
  [/cosign/i, 'cosign'],
  [/notary/i, 'notation'],
  [/sigstore\.bundle/i, 'sigstore'],
  [/spdx/i, 'SBOM (SPDX)'],
  [/cyclonedx/i, 'SBOM (CycloneDX)'],
  [/sbom/i, 'SBOM'],
  [/provenance|slsa/i, 'Provenance'],
  [/in-toto/i, 'in-toto'],
];

const nameOf = (type: string): string | undefined => names.find(([pattern]) => pattern.test(type))?.[1];

function referrerNode(
  parent: string,
  { host, registry, repository }: TagPlace,
  row: ReferrerRow,
  units: ByteUnits,
): Node {
  const { digest, artifactType, bytes, created, annotations, tag } = row;
  const known = nameOf(artifactType);
  return {
    id: `referrer:${parent}@${digest}`,
    label: known ?? artifactType,
    ...descriptionOf([
      known === undefined ? undefined : artifactType,
      bytes === undefined ? undefined : formatBytesIn(units, bytes),
    ]),
    icon: { id: 'file' },
    context: 'referrer',
    tooltip: tooltipOf([
      artifactType,
      created === undefined || created <= 0 ? undefined : l10n.t('Created: {0}', new Date(created).toLocaleString()),
      ...Object.entries(annotations).map(([name, value]) => `${name}: ${shorten(value)}`),
      tag === undefined ? undefined : l10n.t('Found under the tag {0}', tag),
      l10n.t('Digest: {0}', digest),
    ]),
    value: { kind: 'referrer', host, registry, repository, digest },
  };
}

function attestationNode(
  parent: string,
  { host, registry, repository }: TagPlace,
  { digest, of }: NonNullable<TagDetails['attestations']>[number],
  { platforms }: TagDetails,
  { source, units }: Attested,
): Node {
  const platform = platforms.find((each) => each.digest === of)?.platform;
  return {
    id: `attestation:${parent}@${digest}`,
    label: l10n.t('Attestation'),
    ...descriptionOf([platform === undefined ? undefined : formatPlatform(platform)]),
    icon: { id: 'file' },
    context: 'referrer',
    tooltip: tooltipOf([
      l10n.t('What BuildKit recorded of the build.'),
      of === undefined ? undefined : l10n.t('Of: {0}', of),
      l10n.t('Digest: {0}', digest),
    ]),
    value: { kind: 'referrer', host, registry, repository, digest },
    // What it says costs a manifest, so it is asked for when somebody looks.
    children: asked(
      (signal) => source.attestation(host, repository, digest, signal),
      (statements) => statementNodes(`${parent}@${digest}`, statements, units),
    ),
  };
}

function statementNodes(parent: string, statements: readonly StatementRow[], units: ByteUnits): readonly Node[] {
  if (statements.length === 0) return [noteNode(parent, l10n.t('It says nothing'))];
  return statements.map(({ digest, predicateType, bytes }, index) => ({
    id: `statement:${parent}/${index}`,
    label: nameOf(predicateType ?? '') ?? predicateType ?? l10n.t('Statement'),
    ...descriptionOf([predicateType, bytes === undefined ? undefined : formatBytesIn(units, bytes)]),
    icon: { id: 'file' },
    context: 'note',
    tooltip: tooltipOf([predicateType, l10n.t('Digest: {0}', digest)]),
  }));
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
