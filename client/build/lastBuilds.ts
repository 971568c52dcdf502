/** What each Dockerfile was last built as from here, and how large that was. */
import type { BuildResult, BuildSpec } from '../../common/protocol.ts';

export interface LastBuild {
  /** An id of the engine. */
  readonly imageId: string;
  /** The first tag, or the id of an image without one. */
  readonly reference: string;
  /** Unpacked; absent where the engine did not say. */
  readonly bytes?: number;
}

/** What a build came to, beside the one before it. */
export interface SizeChange {
  readonly before: LastBuild;
  /** How many bytes more than before. */
  readonly by: number;
}

/** As VS Code keeps things for a workspace. */
export interface Memory {
  keys(): readonly string[];
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

type Spec = Pick<BuildSpec, 'dockerfile' | 'target' | 'platform'>;
type Built = Extract<BuildResult, { kind: 'built' }>;

const prefix = 'built:';

/** Another stage and another platform are other images. */
const keyOf = ({ dockerfile, target = '', platform = '' }: Spec): string =>
  `${prefix}${JSON.stringify([dockerfile, target, platform])}`;

/** Remembers a build; how its size changed, where the one before it is known. */
export async function rememberBuild(spec: Spec, built: Built, memory: Memory): Promise<SizeChange | undefined> {
  const { imageId, bytes, tags } = built;
  const key = keyOf(spec);
  const before = memory.get<LastBuild>(key);
  const last: LastBuild = { imageId, reference: tags[0] ?? imageId, ...(bytes !== undefined && { bytes }) };
  await memory.update(key, last);
  if (before?.bytes === undefined || bytes === undefined) return undefined;
  return { before, by: bytes - before.bytes };
}

/** What the whole Dockerfile, for no platform in particular, was last built as; else any of its builds. */
export function lastBuildOf(dockerfile: string, memory: Memory): LastBuild | undefined {
  const whole = memory.get<LastBuild>(keyOf({ dockerfile }));
  if (whole !== undefined) return whole;
  const any = memory.keys().find((key) => key.startsWith(`${prefix}${JSON.stringify([dockerfile]).slice(0, -1)},`));
  return any === undefined ? undefined : memory.get<LastBuild>(any);
}
