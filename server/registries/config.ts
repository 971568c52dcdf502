/** What an image's config says. Source: image-spec config.md; moby's image/spec for what docker adds. */
import type { Platform } from '../../common/platform.ts';
import { isDigest } from '../../common/reference.ts';
import type { ImageFacts } from '../../common/registry.ts';
import { array, fields, strings } from '../util/json.ts';
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

/** Nobody reads more of an instruction, a label or a command. */
const maximumText = 2000;
const maximumEntries = 200;

/** Reads an image's config. Throws a ProblemError `badAnswer` when it names no platform. */
export function readConfig(bytes: Buffer, subject: string): Config {
  const document = parseObject(bytes, subject);
  const platform = platformOf(document);
  if (platform === undefined) throw notAManifest(subject, 'its config names no platform');
  const layers = array(document['history'])
    .map(fields)
    .filter(({ empty_layer }) => empty_layer !== true);
  return {
    platform,
    ...createdOf(document['created']),
    facts: factsOf(fields(document['config'])),
    diffIds: strings(fields(document['rootfs'])['diff_ids']).filter(isDigest),
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
    typeof value === 'string' ? [[cut(name), cut(value)] as const] : [],
  );
  return {
    ...(typeof User === 'string' && User !== '' && { user: cut(User) }),
    ...(typeof WorkingDir === 'string' && WorkingDir !== '' && { workingDirectory: cut(WorkingDir) }),
    ...(entrypoint.length > 0 && { entrypoint }),
    ...(command.length > 0 && { command }),
    ...(ports.length > 0 && { exposedPorts: ports }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels.slice(0, maximumEntries)) }),
    ...(environment.length > 0 && { environment }),
  };
}

const list = (value: unknown): readonly string[] => strings(value).slice(0, maximumEntries).map(cut);

const cut = (text: string): string => (text.length > maximumText ? `${text.slice(0, maximumText)}…` : text);

/**
 * `created_by` as somebody would write it in a Dockerfile. The classic builder puts a shell before everything and `#(nop)`
 * before what is no command; BuildKit puts build arguments before a command, and `# buildkit` behind everything.
 */
export function instructionOf(createdBy: string): string {
  const text = cut(createdBy)
    .replace(/\s*# buildkit$/, '')
    .trim();
  const shell = '/bin/sh -c ';
  const nop = `${shell}#(nop) `;
  if (text.startsWith(nop)) return text.slice(nop.length).trimStart();
  const command = text.startsWith('RUN ') ? text.slice('RUN '.length) : text;
  const end = command.indexOf(shell);
  const isRun = end === 0 || (end > 0 && /^\|\d+ /.test(command));
  return isRun ? `RUN ${command.slice(end + shell.length)}` : text;
}
