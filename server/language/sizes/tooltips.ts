import { fileCount, grouped } from '../../../common/bytes.ts';
import type { Counted } from '../../../common/counted.ts';
import type { Problem } from '../../../common/known.ts';
import type { BuildRecord } from '../host.ts';
import type { Figure, FigureSource } from './figures.ts';
import type { FileSizes } from './fileSizes.ts';
import type { StageSizes, Total } from './totals.ts';

/** Tooltips are plain text: what they tell of came from outside. */
export function figureTooltip(figure: Figure, image: Total | undefined, missing: Problem | undefined): string {
  const { bytes, state, source, seconds, cached, layer, counted, compressedBytes, note, before, context } = figure;
  const lines = [`${exactBytes(bytes)} ${source === 'prediction' ? 'would be added' : 'added'} by this instruction`];
  if (image !== undefined && state !== 'stale' && image.state !== 'stale' && image.bytes >= bytes) {
    const isExact = state === 'exact' && image.state === 'exact';
    lines.push(`${isExact ? '' : 'About '}${shareOf(bytes, image.bytes, isExact)}`);
  }
  if (compressedBytes !== undefined) lines.push(`${exactBytes(compressedBytes)} compressed`);
  if (seconds !== undefined) lines.push(`${seconds.toFixed(1)} s${cached ? ', from the cache' : ''}`);
  else if (cached) lines.push('From the cache');
  if (layer !== undefined) lines.push(`Layer ${layer}`);
  lines.push(sourceLine(figure));
  if (counted !== undefined && counted !== 'files') lines.push(terms[counted]);
  if (context) lines.push(`Build context: ${fileCount(context.files)}, ${exactBytes(context.bytes)}`);
  if (before !== undefined) lines.push(`The last build made it ${exactBytes(before)}.`);
  if (note !== undefined) lines.push(note);
  if (source === 'prediction' && missing !== undefined) lines.push(missingLine(missing));
  return lines.join('\n');
}

export function stageTooltip(sizes: StageSizes, { missing, reasons }: Pick<FileSizes, 'missing' | 'reasons'>): string {
  const { stage, base, download, total, added, layers, role, used, build } = sizes;
  const lines: string[] = [];
  if (base) lines.push(`Base image: ${exactBytes(base.bytes)} on this engine`);
  if (download) {
    lines.push(
      `Base image: about ${exactBytes(download.compressedBytes)} to download, compressed. The engine does not have it.`,
    );
    if (download.at !== undefined) lines.push(`As of ${dayOf(download.at)}`);
  }
  const name = stage.name?.value ?? `stage ${stage.index}`;
  if (total)
    lines.push(`${role === 'image' ? 'Image' : `Stage ${name}`}: ${certainty(total)}${exactBytes(total.bytes)}`);
  if (added) lines.push(`${certainty(added)}${exactBytes(added.bytes)} added in ${countOf(layers, 'layer')}`);
  if (role === 'none')
    lines.push(used ? 'Not in the image: only what is copied from it is.' : 'Not in the image: nothing uses it.');
  if (role === 'part') lines.push('In the image, which builds on it.');
  if (build) lines.push(builtLine(build));
  if (total?.state === 'stale') lines.push('Something that it follows from has changed since.');
  const unknown = stage.instructions.flatMap((instruction) => {
    const problem = reasons.get(instruction);
    return problem === undefined ? [] : [`Line ${instruction.startLine + 1}: ${problem.message}`];
  });
  lines.push(...unknown.slice(0, mostReasons));
  if (missing) lines.push(missingLine(missing));
  return lines.join('\n');
}

const mostReasons = 5;

const sources: Readonly<Record<FigureSource, string>> = {
  build: 'the record of the build',
  image: 'the history of an image',
  kept: 'a build that the engine no longer remembers',
  cache: 'the build cache',
  prediction: 'the build context',
};

const terms: Readonly<Record<Exclude<Counted, 'files'>, string>> = {
  blocks: 'Counted as the blocks that files and folders take on the disk of the engine',
  archives: 'Counted as the archive that the layer is, headers included',
};

function sourceLine({ source, at, buildArgs }: Figure): string {
  if (source === 'prediction') return `Predicted from ${sources.prediction}`;
  const args = buildArgs === undefined ? '' : ` with ${buildArgs.join(', ')} set`;
  return `From ${sources[source]}${at === undefined ? '' : `, built ${minuteOf(at)}${args}`}`;
}

function builtLine({ completedAt, buildArgs }: BuildRecord): string {
  // Names only: a value may be a secret.
  const names = Object.keys(buildArgs);
  return `Built ${minuteOf(completedAt)}${names.length === 0 ? '' : ` with ${names.join(', ')} set`}`;
}

/** Why instructions are without exact sizes. */
export function missingLine({ message, next }: Problem): string {
  return `The engine tells nothing of its builds. ${message}${next === undefined ? '' : ` ${next}`}`;
}

function shareOf(bytes: number, total: number, isExact: boolean): string {
  const share = total === 0 ? 0 : (100 * bytes) / total;
  const less = isExact ? 'Less than 0.1' : '0.1';
  return `${share < 0.1 && bytes > 0 ? less : share.toFixed(1)} % of the image`;
}

const certainty = ({ state }: Total) => (state === 'about' ? 'about ' : state === 'stale' ? 'last ' : '');
const minuteOf = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const countOf = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;

export function exactBytes(bytes: number): string {
  return `${grouped(bytes)} bytes`;
}
