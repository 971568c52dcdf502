import { type ByteUnits, formatBytesIn } from '../../../common/bytes.ts';
import type { FileAnalysis } from '../../../common/layers.ts';
import { formatScore } from '../../../common/share.ts';
import type { Dockerfile, Instruction } from '../../language/dockerfile/dockerfile.ts';
import { inlayHints } from '../../language/inlayHints.ts';
import type { FileSizes } from '../../language/sizes/fileSizes.ts';
import { defaultSizeOptions } from '../../language/sizes/sizeOptions.ts';
import type { StageSizes } from '../../language/sizes/totals.ts';
import type { SizesArguments } from '../sizesArguments.ts';

/** `Dockerfile:3: 128 MB  RUN npm ci`, a line each for what has a size; the same words as the hints of the editor. `files`: of the image. */
export function sizesToText(
  { file, units }: SizesArguments,
  dockerfile: Dockerfile,
  sizes: FileSizes,
  files?: FileAnalysis,
): string {
  const everything = { start: { line: 0, character: 0 }, end: { line: dockerfile.lineStarts.length, character: 0 } };
  const hints = inlayHints(dockerfile, everything, sizes, { ...defaultSizeOptions, units });
  const labels = new Map(hints.map(({ position, label }) => [position.line, String(label)]));
  const rows = dockerfile.instructions.flatMap((instruction) => {
    const label = labels.get(instruction.endLine);
    return label === undefined ? [] : [{ place: `${file}:${instruction.startLine + 1}:`, label, instruction }];
  });
  const width = Math.max(
    0,
    ...rows.filter(({ instruction }) => instruction.keyword !== 'FROM').map(({ label }) => label.length),
  );
  const lines = rows.map(
    ({ place, label, instruction }) => `${place} ${label.padEnd(width)}  ${firstLine(instruction)}\n`,
  );
  return [...lines, ...(files ? [wasteLine(file, files, units)] : [])].join('');
}

const wasteLine = (file: string, { reclaimableBytes, efficiency }: FileAnalysis, units: ByteUnits): string =>
  `${file}: ${formatBytesIn(units, reclaimableBytes)} wasted, efficiency ${formatScore(efficiency)}\n`;

const mostCharacters = 80;

function firstLine({ source }: Instruction): string {
  const line = source.split('\n', 1)[0]!.trimEnd();
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line;
}

/** Lines from 1. Bytes are unpacked, but for `downloadBytes`. */
export function sizesToJson(
  file: string,
  { figures, stages, missing, heaviest }: FileSizes,
  files?: FileAnalysis,
): string {
  const instructions = [...figures].map(
    ([instruction, { bytes, state, source, seconds, cached, layer, at, note }]) => ({
      ...{ line: instruction.startLine + 1, keyword: instruction.keyword, bytes, state, source },
      ...{ seconds, cached, layer, note },
      ...(at !== undefined && { built: new Date(at).toISOString() }),
      ...(instruction === heaviest && { heaviest: true }),
    }),
  );
  const waste = files && { wastedBytes: files.reclaimableBytes, efficiency: files.efficiency };
  const answer = { file, stages: stages.map(stageRow), instructions, ...waste, missing: missing?.message };
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}

function stageRow({ stage, base, download, total, added, layers, role }: StageSizes) {
  return {
    ...{ line: stage.from.startLine + 1, name: stage.name?.value, inImage: role !== 'none', layers },
    ...{ baseBytes: base?.bytes, downloadBytes: download?.compressedBytes },
    ...{ bytes: total?.bytes, state: total?.state, addedBytes: added?.bytes },
  };
}
