/** The page about one image: its layers, what is in the selected one, and what is wasted. */
import { formatBytesIn } from '../../../common/bytes.ts';
import type { AnalyzedLayer, ImageAnalysis } from '../../../common/layers.ts';
import { formatScore, formatShare } from '../../../common/share.ts';
import { button, element, filterBox, select } from './dom.ts';
import { type FileTree, fileTree, type LayerFiles } from './fileTree.ts';
import { fill } from './fill.ts';
import { header, identity, title } from './header.ts';
import { nameOfFile } from './instruction.ts';
import { heaviestOf, instruction, layerList } from './layerList.ts';
import type { Session, View } from './session.ts';
import { tabs } from './tabs.ts';
import { wastedSpace } from './wasted.ts';

export interface AnalysisPage {
  readonly element: HTMLElement;
  /** Shows what came of a layer's files. */
  update(layer: number): void;
}

export function analysisPage(
  analysis: ImageAnalysis,
  session: Session,
  filesOf: (layer: number) => LayerFiles,
): AnalysisPage {
  const { texts, units, view } = session;
  const { files } = analysis;
  const details = element('section', { class: 'details' });
  let tree: FileTree | undefined;

  const show = (layer: number) => {
    if (view.layer !== layer) Object.assign(view, { layer, open: [], filter: '' } satisfies Partial<View>);
    session.keep();
    tree = undefined;
    const shown = analysis.layers[layer];
    if (shown === undefined) return;
    if (files === undefined) {
      details.replaceChildren(aboutLayer(shown, layer, analysis, session));
      return;
    }
    const filesPane = () => {
      const made = fileTree(filesOf(layer), session);
      tree = made;
      const filter = filterBox(texts.filterFiles, view.filter, (text) => {
        view.filter = text;
        session.keep();
        made.update();
      });
      const sorting = select(
        texts.sortBy,
        [
          { value: 'size', label: texts.bySize },
          { value: 'name', label: texts.byName },
        ],
        view.sorting,
        (value) => {
          view.sorting = value;
          session.keep();
          made.update();
        },
      );
      made.update();
      return element(
        'div',
        { class: 'pane' },
        aboutLayer(shown, layer, analysis, session),
        element('div', { class: 'toolbar' }, filter, sorting),
        made.element,
      );
    };
    const goTo = (index: number) => {
      view.tab = 'files';
      list.select(index);
      show(index);
      list.focus();
    };
    details.replaceChildren(
      tabs(
        [
          { id: 'files', label: fill(texts.filesOfLayer, layer + 1), content: filesPane },
          {
            id: 'wasted',
            label: texts.wasted,
            detail: formatBytesIn(units, files.reclaimableBytes),
            content: () => wastedSpace(analysis, files, session, goTo),
          },
        ],
        view.tab,
        (tab) => {
          view.tab = tab;
          session.keep();
        },
      ),
    );
  };

  const list = layerList(analysis, session, show);
  const page = element(
    'div',
    { class: 'analysis' },
    head(analysis, session),
    files === undefined ? element('p', { class: 'banner', text: texts.compressedNote }) : undefined,
    element('main', {}, element('section', { class: 'stack' }, list.element), details),
  );
  const start = view.layer ?? heaviestOf(analysis.layers) ?? 0;
  list.select(Math.min(start, analysis.layers.length - 1));
  return { element: page, update: (layer) => layer === view.layer && tree?.update() };
}

function head(analysis: ImageAnalysis, session: Session): HTMLElement {
  const { texts, units } = session;
  const { files, bytes, layers } = analysis;
  const figures = [
    { label: files === undefined ? texts.download : texts.size, value: formatBytesIn(units, bytes) },
    { label: texts.layerCount, value: String(layers.length) },
    ...(files === undefined
      ? []
      : [
          { label: texts.efficiency, value: formatScore(files.efficiency), hint: texts.efficiencyHint },
          {
            label: texts.reclaimable,
            value: formatBytesIn(units, files.reclaimableBytes),
            hint: texts.reclaimableHint,
            marked: files.reclaimableBytes > bytes / 20,
          },
        ]),
  ];
  return header([title(analysis), identity(analysis)], figures, [
    files === undefined ? button(texts.pull, () => session.send({ kind: 'pull' })) : undefined,
    button(texts.compareWith, () => session.send({ kind: 'compare' }), { class: 'secondary' }),
    button(texts.refresh, () => session.send({ kind: 'again' }), { class: 'secondary' }),
  ]);
}

function aboutLayer(layer: AnalyzedLayer, index: number, { bytes }: ImageAnalysis, session: Session): HTMLElement {
  const { texts, units } = session;
  const { origin, counts, created, digest } = layer;
  const share = formatShare(bytes === 0 ? 0 : layer.bytes / bytes);
  const facts = [
    formatBytesIn(units, layer.bytes),
    fill(texts.share, share),
    counts === undefined ? '' : countsText(counts, session),
    created === undefined || created <= 0 ? '' : `${texts.created} ${new Date(created).toLocaleDateString()}`,
  ];
  return element(
    'div',
    { class: 'about' },
    element('code', { class: 'whole' }, instruction(layer, texts.noInstruction)),
    element('p', { class: 'facts', text: facts.filter((fact) => fact !== '').join(' · ') }),
    element(
      'p',
      { class: 'digest', title: `${texts.digest}: ${digest}` },
      origin === undefined
        ? undefined
        : button(
            fill(texts.openLine, nameOfFile(origin.path), origin.line + 1),
            () => session.send({ kind: 'openLine', layer: index }),
            { class: 'link', title: origin.path },
          ),
      element('code', { text: digest }),
    ),
  );
}

function countsText({ added, changed, removed }: NonNullable<AnalyzedLayer['counts']>, { texts }: Session): string {
  const parts = [
    added === 0 ? '' : fill(texts.countAdded, added),
    changed === 0 ? '' : fill(texts.countChanged, changed),
    removed === 0 ? '' : fill(texts.countRemoved, removed),
  ].filter((part) => part !== '');
  return parts.length === 0 ? texts.noChanges : parts.join(', ');
}
