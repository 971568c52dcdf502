/** What an image carries for nothing: paths with more than one copy, and paths that are removed again. */
import { formatBytesIn } from '../../../common/bytes.ts';
import type { FileAnalysis, ImageAnalysis, WastedPath } from '../../../common/layers.ts';
import { visibleText } from '../../../common/visibleText.ts';
import { bar, button, element, filterBox } from './dom.ts';
import { fill } from './fill.ts';
import { instructionOf, nameOfFile } from './instruction.ts';
import { keyboardRows } from './keyboard.ts';
import type { Session } from './session.ts';

const shownAtOnce = 100;

export function wastedSpace(
  { layers }: ImageAnalysis,
  { wasted, wastedCount }: FileAnalysis,
  session: Session,
  /** A layer whose line nobody knows is shown here. */
  showLayer: (layer: number) => void,
): HTMLElement {
  const { texts, units, view } = session;
  if (wasted.length === 0) return element('p', { class: 'note', text: texts.wastedNone });
  const most = wasted[0]?.bytes ?? 0;
  const list = element('ul', { class: 'wasted', attributes: { 'aria-label': texts.wasted } });
  const note = element('p', { class: 'note', attributes: { 'aria-live': 'polite' } });
  keyboardRows(list, 'button');

  const culprit = (index: number): HTMLElement => {
    const layer = layers[index];
    const { origin } = layer ?? {};
    const { keyword = '', rest = '' } = (layer && instructionOf(layer)) ?? {};
    const where =
      origin === undefined ? fill(texts.layerNumber, index + 1) : `${nameOfFile(origin.path)}:${origin.line + 1}`;
    const made = button(
      where,
      () => (origin === undefined ? showLayer(index) : session.send({ kind: 'openLine', layer: index })),
      {
        class: 'culprit link',
        title: origin === undefined ? (layer?.createdBy ?? '') : fill(texts.openLine, origin.path, origin.line + 1),
      },
    );
    made.append(element('span', { class: 'made-by', text: ` ${keyword} ${rest}`.trimEnd() }));
    return made;
  };

  const row = ({ path, bytes, layers: writers, removedBy }: WastedPath): HTMLElement =>
    element(
      'li',
      {},
      element('span', { class: 'path', text: visibleText(path), title: visibleText(path) }),
      element('span', { class: 'size', text: formatBytesIn(units, bytes) }),
      bar(most === 0 ? 0 : bytes / most, 'waste'),
      element(
        'span',
        { class: 'culprits' },
        element('span', { class: 'word', text: texts.writtenBy }),
        element('span', {}, ...writers.map(culprit)),
        ...(removedBy === undefined
          ? []
          : [element('span', { class: 'word', text: texts.removedBy }), culprit(removedBy)]),
      ),
    );

  let limit = shownAtOnce;
  const update = () => {
    const wanted = view.wastedFilter.toLowerCase();
    const fitting = wasted.filter(({ path }) => path.toLowerCase().includes(wanted));
    const more = fitting.length - limit;
    const showMore = () => {
      limit += shownAtOnce;
      update();
    };
    list.replaceChildren(...fitting.slice(0, limit).map(row));
    if (more > 0) list.append(element('li', {}, button(fill(texts.showMore, Math.min(more, shownAtOnce)), showMore)));
    note.textContent =
      fitting.length === 0
        ? fill(texts.noWastedMatch, view.wastedFilter)
        : wastedCount > wasted.length
          ? fill(texts.wastedFirst, wasted.length, wastedCount)
          : '';
  };
  update();
  const filter = filterBox(texts.filterPaths, view.wastedFilter, (text) => {
    view.wastedFilter = text;
    limit = shownAtOnce;
    session.keep();
    update();
  });
  return element('div', { class: 'pane' }, element('div', { class: 'toolbar' }, filter), note, list);
}
