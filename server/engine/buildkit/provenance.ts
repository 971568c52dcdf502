/** A build's record of itself: the Dockerfile as it was built, the graph of steps, and their lines. Source: moby/buildkit
 * solver/llbsolver/provenance/types (SLSA 0.2 and 1), docs/attestations/slsa-definitions.md. */
import { array, fields, strings, text } from '../../util/json.ts';

export interface Provenance {
  /** The exact text that was built. */
  readonly dockerfile: string;
  readonly steps: readonly GraphStep[];
  /** The patterns that kept files out of what it saw of the build context; undefined where it read none. */
  readonly ignored?: readonly string[];
}

/** One operation of the build's graph. */
export interface GraphStep {
  /** `step3` */
  readonly id: string;
  /** Of the vertex in logs and progress. */
  readonly digest: string;
  readonly kind: 'exec' | 'file' | 'merge' | 'image' | 'other';
  /** The step whose file system this one changes; undefined for a step on scratch. */
  readonly root: string | undefined;
  /** All steps it reads from. */
  readonly inputs: readonly string[];
  /** Of an exec: the command as the engine's disk usage describes it. */
  readonly command?: string;
  /** Of an image: its reference in full, with the digest where a registry resolved it. */
  readonly image?: string;
  /** Lines of the Dockerfile from 0, both inclusive; several where identical stages share the step. */
  readonly locations: readonly LineRange[];
  /** Diff ids of the layers up to and including this step, where the engine had made them: on the way to the result. */
  readonly layers: readonly string[];
  /** Compressed bytes of the last of them, where the engine keeps it so. */
  readonly compressedBytes?: number;
}

export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

const metadataKey = 'https://mobyproject.org/buildkit@v1#metadata';

/** Undefined when it has no graph or no Dockerfile (`mode=min`, another frontend). Throws on what is not JSON. */
export function readProvenance(json: string): Provenance | undefined {
  const parsed = fields(JSON.parse(json));
  const predicate = fields(parsed['predicate'] ?? parsed);
  const newer = fields(fields(predicate['buildDefinition'])['externalParameters']);
  const config = fields(predicate['buildConfig'] ?? newer['buildConfig']);
  const run = fields(predicate['metadata'] ?? fields(predicate['runDetails'])['metadata']);
  const metadata = fields(run[metadataKey]);
  const source = fields(metadata['source']);
  const data = text(fields(array(source['infos'])[0])['data']);
  const definition = array(config['llbDefinition']).map(fields);
  if (data === '' || definition.length === 0) return undefined;
  const ignored = ignoredBy(definition);
  const digests = new Map(Object.entries(fields(config['digestMapping'])).map(([digest, id]) => [String(id), digest]));
  return {
    dockerfile: Buffer.from(data, 'base64').toString('utf8'),
    steps: definition.map((step) => graphStep(step, digests, fields(source['locations']), fields(metadata['layers']))),
    ...(ignored && { ignored }),
  };
}

type Fields = ReturnType<typeof fields>;

function graphStep(step: Fields, digests: ReadonlyMap<string, string>, locations: Fields, layers: Fields): GraphStep {
  const id = String(step['id']);
  const op = fields(fields(step['op'])['Op'] ?? step['op']);
  const inputs = array(step['inputs']).map((input) => String(input).replace(/:\d+$/, ''));
  const chain = array(array(layers[`${id}:0`])[0]).map(fields);
  const { mediaType, size } = chain.at(-1) ?? {};
  const compressedBytes = /\+(?:gzip|zstd)$/.test(text(mediaType)) && Number(size) > 0 ? Number(size) : undefined;
  const common = {
    id,
    digest: digests.get(id) ?? '',
    inputs,
    locations: array(fields(locations[id])['locations']).flatMap(lines),
    layers: chain.map(({ digest }) => String(digest)),
    ...(compressedBytes !== undefined && { compressedBytes }),
  };
  if (op['exec'] !== undefined) {
    const exec = fields(op['exec']);
    const mounts = array(exec['mounts']).map(fields);
    const root = mounts.find((mount) => mount['dest'] === '/')?.['input'];
    const command = array(fields(exec['meta'])['args']).map(String).join(' ');
    return { ...common, kind: 'exec', root: inputs[Number(root ?? 0)], command };
  }
  if (op['file'] !== undefined)
    return { ...common, kind: 'file', root: inputs[rootOfFile(fields(op['file']), inputs)] };
  if (op['merge'] !== undefined) return { ...common, kind: 'merge', root: inputs[0] };
  const [, image] = /^docker-image:\/\/(.+)$/.exec(text(fields(op['source'])['identifier'])) ?? [];
  return {
    ...common,
    kind: image === undefined ? 'other' : 'image',
    root: undefined,
    ...(image !== undefined && { image }),
  };
}

/** Source: MainContext in BuildKit's dockerui/config.go, and solver/pb/attr.go. */
function ignoredBy(definition: readonly Fields[]): readonly string[] | undefined {
  for (const step of definition) {
    const source = fields(fields(fields(step['op'])['Op'] ?? step['op'])['source']);
    if (source['identifier'] !== 'local://context') continue;
    const patterns = text(fields(source['attrs'])['local.excludepatterns']);
    try {
      return patterns === '' ? [] : strings(JSON.parse(patterns));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Actions of one step build on each other: an input beyond the step's own inputs is an earlier action. Source: ops.proto, FileAction. */
function rootOfFile(file: Fields, inputs: readonly string[]): number {
  const actions = array(file['actions']).map(fields);
  let input = Number(actions.find((action) => Number(action['output'] ?? 0) === 0)?.['input'] ?? 0);
  for (let hops = 0; input >= inputs.length && hops < actions.length; hops++) {
    input = Number(actions[input - inputs.length]?.['input'] ?? -1);
  }
  return input;
}

/** Only places in the Dockerfile itself: the first source. */
function lines(location: unknown): LineRange[] {
  const { sourceIndex, ranges } = fields(location);
  if (Number(sourceIndex ?? 0) !== 0) return [];
  const all = array(ranges)
    .map(fields)
    .flatMap(({ start, end }) => [fields(start)['line'], fields(end)['line']]);
  const numbers = all.map(Number).filter((line) => line > 0);
  return numbers.length === 0 ? [] : [{ startLine: Math.min(...numbers) - 1, endLine: Math.max(...numbers) - 1 }];
}
