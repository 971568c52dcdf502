import { isDigest } from '../../common/reference.ts';
import type { StatementRow } from '../../common/registry.ts';
import { array, fields } from '../util/json.ts';
import { parseObject } from './manifest.ts';
import type { RegistryClient } from './registry.ts';

/** BuildKit writes one for each kind: provenance, an SBOM or several. */
const maximumStatements = 50;

/**
 * What an attestation of an index says, by its manifest alone: the statements are not fetched.
 * Source: buildkit, docs/attestations/attestation-storage.md.
 */
export async function statementsOf(
  client: Pick<RegistryClient, 'manifest'>,
  repository: string,
  digest: string,
  signal: AbortSignal,
): Promise<readonly StatementRow[]> {
  const { bytes } = await client.manifest(repository, digest, signal);
  return readStatements(bytes, `${repository}@${digest}`);
}

/** Throws a ProblemError `badAnswer` for what is no manifest. */
export function readStatements(bytes: Buffer, subject: string): readonly StatementRow[] {
  return array(parseObject(bytes, subject)['layers'])
    .slice(0, maximumStatements)
    .flatMap((value) => {
      const layer = fields(value);
      const predicateType = fields(layer['annotations'])['in-toto.io/predicate-type'];
      const { digest, size } = layer;
      if (typeof digest !== 'string' || !isDigest(digest)) return [];
      const isKind = typeof predicateType === 'string' && /^[\x21-\x7e]{1,300}$/.test(predicateType);
      return [
        { digest, ...(isKind && { predicateType }), ...(typeof size === 'number' && size >= 0 && { bytes: size }) },
      ];
    });
}
