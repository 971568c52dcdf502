import type { InlayHint, Range } from 'vscode-languageserver-types';
import { formatBytes } from '../../common/bytes.ts';
import { baseImageOf } from './baseImage.ts';
import type { Dockerfile, Stage } from './dockerfile/dockerfile.ts';
import type { BuildRecord, Images } from './host.ts';
import { offsetAt, positionAt } from './position.ts';
import type { BuildMatcher, Sizes, StepSize } from './sizes/match.ts';

/**
 * Sizes at the line ends: what each instruction added in the last build that it was part of, and at FROM the base image and,
 * where a build made it, the whole image. All are unpacked bytes as the engine holds them. Without an answer of the engine
 * there are none; `images` says when there is one.
 */
export function inlayHints(
  uri: string,
  dockerfile: Dockerfile,
  range: Range,
  images: Images,
  matcher: BuildMatcher,
): InlayHint[] {
  const builds = images.builds({ uri, text: dockerfile.text });
  const sizes = matcher.match(dockerfile, builds.state === 'known' ? builds.value : []);
  const start = offsetAt(dockerfile, range.start);
  const end = offsetAt(dockerfile, range.end);
  const hints: InlayHint[] = [];
  for (const stage of dockerfile.stages) {
    if (stage.span.start > end || stage.span.end < start) continue;
    for (const instruction of stage.instructions) {
      if (instruction.span.start > end || instruction.span.end < start) continue;
      const text =
        instruction === stage.from ? fromHint(dockerfile, stage, sizes, images) : stepHint(sizes, instruction);
      if (text === undefined) continue;
      hints.push({ position: lineEnd(dockerfile, instruction.span.end), ...text, paddingLeft: true });
    }
  }
  return hints;
}

type HintText = Pick<InlayHint, 'label' | 'tooltip'>;

function stepHint({ steps }: Sizes, instruction: Stage['from']): HintText | undefined {
  const size = steps.get(instruction);
  if (size === undefined || size.step.bytes === 0) return undefined;
  const label = formatBytes(size.step.bytes);
  return { label: size.fresh ? label : `${label} stale`, tooltip: stepTooltip(size) };
}

function stepTooltip({ step, build, fresh }: StepSize): string {
  const lines = [`${exact(step.bytes)} added by this instruction when it was built`];
  if (step.seconds !== undefined) lines.push(`${step.seconds.toFixed(1)} s${step.cached ? ', from the cache' : ''}`);
  else if (step.cached) lines.push('From the cache');
  lines.push(builtLine(build));
  if (!fresh) lines.push('Something before it has changed since, so the next build may make it another size.');
  return lines.join('\n');
}

function fromHint(dockerfile: Dockerfile, stage: Stage, sizes: Sizes, images: Images): HintText | undefined {
  const labels: string[] = [];
  const lines: string[] = [];
  const base = baseBytes(dockerfile, stage, images);
  if (base !== undefined) {
    labels.push(`base ${formatBytes(base)}`);
    lines.push(`Base image: ${exact(base)} on this engine`);
  }
  const build = sizes.images.get(stage.index);
  if (build?.image !== undefined) {
    labels.push(`image ${formatBytes(build.image.bytes)}`);
    lines.push(`Image of this stage: ${exact(build.image.bytes)}`, builtLine(build));
  }
  return labels.length === 0 ? undefined : { label: labels.join(' · '), tooltip: lines.join('\n') };
}

/** A FROM for a certain platform may mean another image than the one the engine has under that name. */
function baseBytes(dockerfile: Dockerfile, stage: Stage, images: Images): number | undefined {
  const platform = stage.from.flags.find(({ name }) => name === 'platform')?.value;
  if (platform !== undefined && !/^\$\{?(?:BUILD|TARGET)PLATFORM\}?$/.test(platform)) return undefined;
  const reference = baseImageOf(dockerfile, stage);
  const size = reference && images.localSize(reference);
  return size?.state === 'known' ? size.value : undefined;
}

function builtLine({ completedAt, buildArgs }: BuildRecord): string {
  // Names only: a value may be a secret.
  const names = Object.keys(buildArgs);
  const args = names.length === 0 ? '' : ` with ${names.join(', ')} set`;
  return `Built ${new Date(completedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC${args}`;
}

function exact(bytes: number): string {
  return `${String(bytes).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} bytes`;
}

function lineEnd(dockerfile: Dockerfile, offset: number): InlayHint['position'] {
  const { text } = dockerfile;
  let end = offset;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  return positionAt(dockerfile, end);
}
