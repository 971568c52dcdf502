import { isAbsolute, resolve } from 'node:path';
import type { BuildSpec } from '../../common/protocol.ts';
import { suggestTag } from './names.ts';

/** What package.json's task definition allows. */
export interface BuildTask {
  readonly dockerfile: string;
  readonly context?: string;
  readonly tags?: readonly string[];
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly noCache?: boolean;
}

/** Paths in a task are relative to its workspace folder; the context is the Dockerfile's folder unless said. */
export function buildOf(definition: BuildTask, folder: string): BuildSpec {
  const { dockerfile: named, context: given, tags, target, buildArgs, platform, noCache } = definition;
  const dockerfile = isAbsolute(named) ? named : resolve(folder, named);
  const context = given === undefined ? resolve(dockerfile, '..') : resolve(folder, given);
  return {
    dockerfile,
    context,
    tags: tags ?? [suggestTag(context)],
    ...(target === undefined ? {} : { target }),
    ...(buildArgs === undefined ? {} : { buildArgs }),
    ...(platform === undefined ? {} : { platform }),
    ...(noCache === undefined ? {} : { noCache }),
  };
}
