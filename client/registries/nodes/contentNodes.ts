/** What a tag holds: platforms, attestations, and what refers to it. */
import * as l10n from '@vscode/l10n';
import { formatBytesIn } from '../../../common/bytes.ts';
import { failed, type Known, known } from '../../../common/known.ts';
import { formatPlatform } from '../../../common/platform.ts';
import { formatReference } from '../../../common/reference.ts';
import type { PlatformDetails, ReferrerRow, TagDetails } from '../../../common/registry.ts';
import { isAbort, problemOf } from '../../backend.ts';
import type { Load } from '../../ui/treeModel.ts';
import { artifactName } from '../artifact.ts';
import type { RegistryValue, TagPlace } from '../values.ts';
import { layerNodes } from './layerNodes.ts';
import { attachedNodes } from './referrerNodes.ts';
import { asked, descriptionOf, type Node, type Shown, tooltipOf } from './shown.ts';

/** The platforms come first; what refers to the image is asked for when they are there, and shown where there is something. */
export function contentNodes(tag: TagPlace, shown: Shown): Load<RegistryValue> {
  return async (signal, show) => {
    const { host, repository } = tag;
    const answer = await shown.source.platforms(host, repository, tag.tag, signal);
    if (answer.state !== 'known') return answer;
    const details = answer.value;
    show?.(nodesOf(tag, details, known([], 0), shown));
    const referrers = await asKnown(shown.source.referrers(host, repository, details.digest, signal), host);
    return known(nodesOf(tag, details, referrers, shown), answer.at);
  };
}

/** What is thrown is no reason to hide the platforms. */
async function asKnown<T>(work: Promise<Known<T>>, subject: string): Promise<Known<T>> {
  try {
    return await work;
  } catch (error) {
    if (isAbort(error)) throw error;
    return failed(problemOf(error, subject));
  }
}

function nodesOf(
  tag: TagPlace,
  details: TagDetails,
  referrers: Known<readonly ReferrerRow[]>,
  shown: Shown,
): readonly Node[] {
  const own =
    details.kind === 'artifact'
      ? [artifactNode(tag, details)]
      : details.platforms.map((platform) => platformNode(tag, platform, details, shown));
  return [...own, ...attachedNodes(tag, details, referrers, shown)];
}

function artifactNode({ host, repository, tag }: TagPlace, { digest, artifactType, mediaType }: TagDetails): Node {
  return {
    id: `artifact:${host}/${repository}:${tag}`,
    label: artifactName(artifactType) ?? l10n.t('Not a container image'),
    description: artifactType ?? mediaType,
    icon: { id: 'package' },
    context: 'note',
    tooltip: tooltipOf([
      l10n.t('Not a container image: {0}', artifactType ?? mediaType),
      l10n.t('Manifest: {0}', mediaType),
      l10n.t('Digest: {0}', digest),
    ]),
  };
}

function platformNode(tag: TagPlace, details: PlatformDetails, { platforms }: TagDetails, shown: Shown): Node {
  const { host, registry, repository } = tag;
  const { platform, digest, compressedBytes, created } = details;
  const name = formatPlatform(platform);
  // Of several for one platform, as of Windows' versions, an engine would take the one that is its own.
  const isOnly = platforms.filter((each) => formatPlatform(each.platform) === name).length === 1;
  const reference = isOnly ? tag.reference : formatReference({ registry: host, repository, digest });
  return {
    id: `platform:${host}/${repository}:${tag.tag}@${digest}`,
    label: name,
    ...descriptionOf([
      compressedBytes === undefined ? undefined : formatBytesIn(shown.units, compressedBytes),
      platform.osVersion,
    ]),
    icon: { id: 'chip' },
    context: 'platform',
    tooltip: tooltipOf([
      name,
      platform.osVersion,
      compressedBytes === undefined
        ? undefined
        : l10n.t('Download: {0} when no layer is there yet', formatBytesIn(shown.units, compressedBytes)),
      created === undefined || created <= 0 ? undefined : l10n.t('Created: {0}', new Date(created).toLocaleString()),
      l10n.t('Digest: {0}', digest),
    ]),
    value: { kind: 'platform', host, registry, repository, reference, platform: name, digest },
    children: asked(
      (signal) => shown.source.layers(host, repository, digest, signal),
      (layers) => layerNodes(`${host}/${repository}:${tag.tag}@${digest}`, layers, shown.units),
    ),
  };
}
