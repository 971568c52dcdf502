/** The layers of an image, the base first, each with a bar: the heaviest fills it. */
import { formatBytesIn } from '../../../common/bytes.ts';
import type { AnalyzedLayer, ImageAnalysis } from '../../../common/layers.ts';
import { formatShare } from '../../../common/share.ts';
import { bar, element } from './dom.ts';
import { fill } from './fill.ts';
import { instructionOf } from './instruction.ts';
import { keyboardRows } from './keyboard.ts';
import type { Session } from './session.ts';

export interface LayerList {
  readonly element: HTMLElement;
  select(layer: number): void;
  /** Gives the focus to the selected layer. */
  focus(): void;
}

export function layerList(
  { layers, bytes }: ImageAnalysis,
  { texts, units }: Pick<Session, 'texts' | 'units'>,
  onSelect: (layer: number) => void,
): LayerList {
  const heaviest = heaviestOf(layers);
  const largest = layers[heaviest ?? 0]?.bytes ?? 0;
  const list = element('div', { class: 'layers', attributes: { role: 'listbox', 'aria-label': texts.layers } });
  const rows = layers.map((layer, index) => {
    const isHeaviest = index === heaviest && layers.length > 1;
    const share = formatShare(bytes === 0 ? 0 : layer.bytes / bytes);
    const kinds = [isHeaviest ? 'heaviest' : '', layer.bytes === 0 ? 'nothing' : ''];
    return element(
      'div',
      {
        class: ['row', 'layer', ...kinds].filter((kind) => kind !== '').join(' '),
        title: layer.createdBy ?? texts.noInstruction,
        attributes: {
          role: 'option',
          'data-layer': index,
          'aria-selected': false,
          'aria-label': [
            `${index + 1}: ${layer.createdBy ?? texts.noInstruction}`,
            formatBytesIn(units, layer.bytes),
            fill(texts.share, share),
            ...(isHeaviest ? [texts.heaviest] : []),
          ].join(', '),
          tabindex: -1,
        },
        onClick: () => select(index),
      },
      element('span', { class: 'number', text: String(index + 1) }),
      instruction(layer, texts.noInstruction),
      element('span', { class: 'size', text: formatBytesIn(units, layer.bytes) }),
      bar(largest === 0 ? 0 : layer.bytes / largest),
      element(
        'span',
        { class: 'share', title: fill(texts.share, share) },
        isHeaviest ? element('span', { class: 'badge', text: texts.heaviest }) : undefined,
        share,
      ),
    );
  });
  list.append(...rows);
  const keyboard = keyboardRows(list, '.layer', undefined, (row) => select(Number(row.dataset['layer'])));

  let selected: number | undefined;
  const select = (layer: number) => {
    const row = rows[layer];
    if (row === undefined || layer === selected) return;
    selected = layer;
    for (const each of rows) each.setAttribute('aria-selected', String(each === row));
    keyboard.mark(row);
    row.scrollIntoView({ block: 'nearest' });
    onSelect(layer);
  };
  return { element: list, select, focus: () => rows[selected ?? 0]?.focus() };
}

/** Undefined where no layer has anything. */
export function heaviestOf(layers: readonly AnalyzedLayer[]): number | undefined {
  let heaviest: number | undefined;
  for (const [index, { bytes }] of layers.entries()) {
    if (bytes > (heaviest === undefined ? 0 : (layers[heaviest]?.bytes ?? 0))) heaviest = index;
  }
  return heaviest;
}

export function instruction(layer: Pick<AnalyzedLayer, 'createdBy'>, unknown: string): HTMLElement {
  const known = instructionOf(layer);
  if (known === undefined) return element('span', { class: 'instruction unknown', text: unknown });
  const { keyword, rest } = known;
  return element(
    'span',
    { class: 'instruction' },
    keyword === '' ? undefined : element('span', { class: 'keyword', text: keyword }),
    keyword === '' ? rest : ` ${rest}`,
  );
}
