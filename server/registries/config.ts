/** What an image's config says. Source: image-spec config.md; moby's image/spec for what docker adds. */
import type { Platform } from '../../common/platform.ts';
import { isDigest } from '../../common/reference.ts';
import type { ImageFacts } from '../../common/registry.ts';
import { array, fields, strings } from '../util/json.ts';
import { cut, instructionOf } from './instruction.ts';
import { createdOf, notAManifest, parseObject, platformOf } from './manifest.ts';

export interface Config {
  readonly platform: Platform;
  readonly created?: number;
  readonly facts: ImageFacts;
  /** Of the unpacked layers, in order. */
  readonly diffIds: readonly string[];
  /** The instructions that made the layers, in order; those that made none are left out. */
  readonly instructions: readonly string[];
}

/** Nobody reads more of a label or a command. */
const maximumText = 2000;
const maximumEntries = 200;
/** Engines refuse an image of more than 127 layers. */
const maximumHistory = 1000;

/** Reads an image's config. Throws a ProblemError `badAnswer` when it names no platform. */
export function readConfig(bytes: Buffer, subject: string): Config {
  const document = parseObject(bytes, subject);
  const platform = platformOf(document);
  if (platform === undefined) throw notAManifest(subject, 'its config names no platform');
  const layers = array(document['history'])
    .slice(0, maximumHistory)
    .map(fields)
    .filter(({ empty_layer }) => empty_layer !== true);
  return {
    platform,
    ...createdOf(document['created']),
    facts: factsOf(fields(document['config'])),
    diffIds: strings(fields(document['rootfs'])['diff_ids']).slice(0, maximumHistory).filter(isDigest),
    instructions: layers.map(({ created_by }) => instructionOf(typeof created_by === 'string' ? created_by : '')),
  };
}

function factsOf(config: Readonly<Record<string, unknown>>): ImageFacts {
  const { User, WorkingDir, Entrypoint, Cmd, ExposedPorts, Labels, Env } = config;
  const entrypoint = list(Entrypoint);
  const command = list(Cmd);
  const ports = list(Object.keys(fields(ExposedPorts)));
  const environment = list(Env).map((line) => line.split('=', 1)[0] ?? '');
  const labels = Object.entries(fields(Labels)).flatMap(([name, value]) =>
    typeof value === 'string' ? [[short(name), short(value)] as const] : [],
  );
  return {
    ...(typeof User === 'string' && User !== '' && { user: short(User) }),
    ...(typeof WorkingDir === 'string' && WorkingDir !== '' && { workingDirectory: short(WorkingDir) }),
    ...(entrypoint.length > 0 && { entrypoint }),
    ...(command.length > 0 && { command }),
    ...(ports.length > 0 && { exposedPorts: ports }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels.slice(0, maximumEntries)) }),
    ...(environment.length > 0 && { environment }),
  };
}

const list = (value: unknown): readonly string[] => strings(value).slice(0, maximumEntries).map(short);

const short = (text: string): string => cut(text, maximumText);
