/** The page about two images: what they share, layer by layer, and which files are of another size. */
import { formatBytesChangeIn, formatBytesIn } from '../../../common/bytes.ts';
import {
  type AnalyzedLayer,
  type FileDifference,
  type ImageAnalysis,
  type LayerComparison,
  listLimits,
} from '../../../common/layers.ts';
import { visibleText } from '../../../common/visibleText.ts';
import { changeOf, differing, isEdited, type LayerPair, layerPairs, type Which } from './comparisonRows.ts';
import { bar, button, type Child, element, filterBox, select } from './dom.ts';
import { fill } from './fill.ts';
import { type Figure, header, identity, title } from './header.ts';
import { instruction } from './layerList.ts';
import type { Session } from './session.ts';

const shownAtOnce = 200;

export function comparisonPage(comparison: LayerComparison, session: Session): HTMLElement {
  return element(
    'div',
    { class: 'comparison' },
    head(comparison, session),
    comparison.files === undefined ? element('p', { class: 'banner', text: session.texts.compressedNote }) : undefined,
    element(
      'main',
      {},
      element('section', { class: 'stack' }, layersTable(comparison, session)),
      comparison.files === undefined ? undefined : filesSection(comparison.files, session),
    ),
  );
}

function head({ first, second, sharedBytes, downloadBytes, files }: LayerComparison, session: Session): HTMLElement {
  const { texts, units } = session;
  const side = (label: string, image: ImageAnalysis) =>
    element(
      'div',
      { class: 'side' },
      element('span', { class: 'which', text: label }),
      title(image),
      identity(image),
      element('span', { class: 'total', text: formatBytesIn(units, image.bytes) }),
    );
  const figures: readonly Figure[] = [
    { label: texts.difference, value: formatBytesChangeIn(units, second.bytes - first.bytes) },
    { label: texts.shared, value: formatBytesIn(units, sharedBytes) },
    { label: texts.newInSecond, value: formatBytesIn(units, second.bytes - sharedBytes) },
    ...(files !== undefined || downloadBytes === undefined
      ? []
      : [{ label: texts.toDownload, value: formatBytesIn(units, downloadBytes), hint: texts.toDownloadHint }]),
  ];
  return header([side(texts.first, first), side(texts.second, second)], figures, [
    button(texts.compareAgain, () => session.send({ kind: 'again' }), { class: 'secondary' }),
  ]);
}

function layersTable(comparison: LayerComparison, session: Session): HTMLElement {
  const { texts, units, view } = session;
  const { second, sharedLayers, sharedBytes } = comparison;
  const pairs = layerPairs(comparison);
  const most = Math.max(1, ...pairs.map((pair) => Math.abs(pairChange(pair))));
  const body = element('tbody');
  const update = () => {
    const shared = second.layers.slice(0, sharedLayers);
    body.replaceChildren(
      sharedRow(),
      ...(view.sharedOpen ? shared.map((layer) => layerRow({ first: layer, second: layer }, most, session)) : []),
      ...pairs.map((pair) => layerRow(pair, most, session)),
    );
  };
  const sharedRow = (): HTMLElement => {
    const text =
      sharedLayers === 0
        ? texts.nothingShared
        : sharedLayers === 1
          ? texts.oneSharedLayer
          : fill(texts.sharedLayers, sharedLayers);
    const toggle = button(
      text,
      () => {
        view.sharedOpen = !view.sharedOpen;
        session.keep();
        update();
        body.querySelector('button')?.focus();
      },
      { class: 'link', attributes: { 'aria-expanded': view.sharedOpen } },
    );
    return element(
      'tr',
      { class: 'shared' },
      element('th', { attributes: { scope: 'row' } }, sharedLayers === 0 ? text : toggle),
      cell(sharedLayers === 0 ? '' : formatBytesIn(units, sharedBytes)),
      cell(sharedLayers === 0 ? '' : formatBytesIn(units, sharedBytes)),
      cell(''),
    );
  };
  update();
  return table(texts.layers, [texts.layers, texts.first, texts.second, texts.difference], body);
}

const pairChange = ({ first, second }: LayerPair): number => (second?.bytes ?? 0) - (first?.bytes ?? 0);

function layerRow(pair: LayerPair, most: number, session: Session): HTMLElement {
  const { texts, units } = session;
  const layer = (pair.second ?? pair.first) as AnalyzedLayer;
  const change = pairChange(pair);
  const isSame = pair.first?.digest === pair.second?.digest;
  const note =
    pair.first === undefined
      ? texts.onlySecond
      : pair.second === undefined
        ? texts.onlyFirst
        : isEdited(pair)
          ? texts.edited
          : undefined;
  return element(
    'tr',
    { class: pair.first === undefined ? 'new' : pair.second === undefined ? 'gone' : '' },
    element(
      'th',
      { title: tooltipOf(pair, texts.noInstruction), attributes: { scope: 'row' } },
      element(
        'div',
        { class: 'what' },
        instruction(layer, texts.noInstruction),
        note === undefined ? undefined : element('span', { class: 'side-note', text: note }),
      ),
    ),
    cell(pair.first === undefined ? '' : formatBytesIn(units, pair.first.bytes)),
    cell(pair.second === undefined ? '' : formatBytesIn(units, pair.second.bytes)),
    isSame ? cell('') : changeCell(change, most, session),
  );
}

/** Both instructions, where they differ. */
function tooltipOf(pair: LayerPair, unknown: string): string {
  const { first, second } = pair;
  const texts = [first?.createdBy, second?.createdBy].filter((text) => text !== undefined);
  if (texts.length === 0) return unknown;
  return isEdited(pair) ? texts.join('\n→ ') : (texts.at(-1) ?? unknown);
}

function filesSection(files: readonly FileDifference[], session: Session): HTMLElement {
  const { texts, view } = session;
  const title =
    files.length >= listLimits.differences ? fill(texts.filesThatDifferFirst, files.length) : texts.filesThatDiffer;
  if (files.length === 0) {
    const none = element('p', { class: 'note', text: texts.noFilesDiffer });
    return element('section', { class: 'details' }, element('h2', { text: title }), none);
  }
  const most = Math.max(1, ...files.map((file) => Math.abs(changeOf(file))));
  const body = element('tbody');
  const note = element('p', { class: 'note', attributes: { 'aria-live': 'polite' } });
  const more = element('p', { class: 'note' });
  let limit = shownAtOnce;
  const update = () => {
    const found = differing(files, view.which, view.differingFilter);
    const left = found.length - limit;
    body.replaceChildren(...found.slice(0, limit).map((file) => fileRow(file, most, session)));
    note.textContent = found.length === 0 ? fill(texts.noDifferingMatch, view.differingFilter) : '';
    more.replaceChildren(
      ...(left <= 0
        ? []
        : [
            button(fill(texts.showMore, Math.min(left, shownAtOnce)), () => {
              limit += shownAtOnce;
              update();
            }),
          ]),
    );
  };
  const refilter = () => {
    limit = shownAtOnce;
    session.keep();
    update();
  };
  const choices: readonly { readonly value: Which; readonly label: string }[] = [
    { value: 'all', label: texts.allFiles },
    { value: 'grown', label: texts.grown },
    { value: 'shrunk', label: texts.shrunk },
    { value: 'new', label: texts.newFiles },
    { value: 'gone', label: texts.goneFiles },
  ];
  const toolbar = element(
    'div',
    { class: 'toolbar' },
    filterBox(texts.filterPaths, view.differingFilter, (text) => {
      view.differingFilter = text;
      refilter();
    }),
    select(texts.which, choices, view.which, (which) => {
      view.which = which;
      refilter();
    }),
  );
  update();
  return element(
    'section',
    { class: 'details' },
    element('h2', { text: title }),
    toolbar,
    note,
    table(title, [texts.files, texts.first, texts.second, texts.difference], body),
    more,
  );
}

function fileRow(file: FileDifference, most: number, session: Session): HTMLElement {
  const { texts, units } = session;
  const { before, after } = file;
  const path = visibleText(file.path);
  return element(
    'tr',
    { class: before === undefined ? 'new' : after === undefined ? 'gone' : '' },
    element('th', { title: path, attributes: { scope: 'row' } }, element('span', { class: 'path', text: path })),
    cell(before === undefined ? texts.wasNot : formatBytesIn(units, before), before === undefined ? 'word' : ''),
    cell(after === undefined ? texts.isGone : formatBytesIn(units, after), after === undefined ? 'word' : ''),
    changeCell(changeOf(file), most, session),
  );
}

function table(label: string, heads: readonly string[], body: HTMLElement): HTMLElement {
  const columns = heads.map((text, index) =>
    element('th', { text, class: index === 0 ? '' : 'size', attributes: { scope: 'col' } }),
  );
  return element(
    'table',
    { attributes: { 'aria-label': label } },
    element('thead', {}, element('tr', {}, ...columns)),
    body,
  );
}

const cell = (text: string, kind = ''): HTMLElement => element('td', { class: `size ${kind}`.trimEnd(), text });

function changeCell(change: number, most: number, { texts, units }: Session): HTMLElement {
  const children: readonly Child[] =
    change === 0
      ? [element('span', { class: 'word', text: texts.sameSize })]
      : [bar(Math.abs(change) / most, change > 0 ? 'more' : 'less'), formatBytesChangeIn(units, change)];
  return element(
    'td',
    { class: `size change ${change > 0 ? 'more' : change < 0 ? 'less' : ''}`.trimEnd() },
    ...children,
  );
}
