import { type ByteUnits, formatBytesIn } from '../../../common/bytes.ts';
import type { AnalyzedLayer, FileAnalysis, ImageAnalysis, WastedPath } from '../../../common/layers.ts';
import { formatPlatform } from '../../../common/platform.ts';
import { formatScore } from '../../../common/share.ts';
import { shownText } from '../../language/shownText.ts';

const barWidth = 20;
const longestInstruction = 100;
const mostWasted = 20;

/** For people: a line for each layer with its share of the image as a bar, then what is wasted. */
export function layersText({ name, source, platform, bytes, layers, files }: ImageAnalysis, units: ByteUnits): string {
  const size = `${formatBytesIn(units, bytes)}${source === 'registry' ? ' to download' : ''}`;
  const most = Math.max(1, ...layers.map((layer) => layer.bytes));
  return [
    `${shownText(name)}: ${size} in ${counted(layers.length, 'layer')}, ${formatPlatform(platform)}`,
    '',
    ...layers.map((layer, index) => layerLine(layer, index, layer.bytes / most, units)),
    ...(files === undefined ? [] : ['', ...wasteLines(files, units)]),
    '',
  ].join('\n');
}

function layerLine(
  { bytes, createdBy, origin }: AnalyzedLayer,
  index: number,
  share: number,
  units: ByteUnits,
): string {
  const bar = '█'.repeat(Math.round(share * barWidth)).padEnd(barWidth);
  const place = origin === undefined ? '' : `  (${shownText(origin.path)}:${origin.line + 1})`;
  return `${number(index + 1)} ${sized(bytes, units)}  ${bar}  ${instruction(createdBy)}${place}`.trimEnd();
}

function wasteLines(
  { efficiency, reclaimableBytes, wasted, wastedCount }: FileAnalysis,
  units: ByteUnits,
): readonly string[] {
  const ratio = `efficiency ${formatScore(efficiency)}`;
  if (wastedCount === 0) return [`Nothing is wasted, ${ratio}.`];
  const more = wastedCount - Math.min(wasted.length, mostWasted);
  return [
    `${formatBytesIn(units, reclaimableBytes)} wasted in ${counted(wastedCount, 'file')}, ${ratio}:`,
    ...wasted.slice(0, mostWasted).map((each) => wastedLine(each, units)),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

function wastedLine({ path, bytes, layers, removedBy }: WastedPath, units: ByteUnits): string {
  const written = `in layer ${layers.map((layer) => layer + 1).join(', ')}`;
  const removed = removedBy === undefined ? '' : `, removed by ${removedBy + 1}`;
  return `    ${sized(bytes, units)}  ${shownText(path)}  ${written}${removed}`;
}

function instruction(createdBy = ''): string {
  const line = createdBy.split(/\s+/).join(' ');
  return shownText(line.length > longestInstruction ? `${line.slice(0, longestInstruction)}…` : line);
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const number = (value: number): string => String(value).padStart(3);
const sized = (bytes: number, units: ByteUnits): string => formatBytesIn(units, bytes).padStart(8);
