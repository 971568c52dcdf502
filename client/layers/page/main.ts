/** The page of a layers panel: shows what the extension host sends, and asks it for what the user opens. */
import type { ImageAnalysis } from '../../../common/layers.ts';
import type { Content, FromPage, Subject, ToPage } from '../messages.ts';
import { type AnalysisPage, analysisPage } from './analysis.ts';
import { comparisonPage } from './comparison.ts';
import type { Folder } from './fileRows.ts';
import type { LayerFiles } from './fileTree.ts';
import { type LoadingPage, loadingPage, problemPage } from './otherPages.ts';
import { firstView, type Kept, type Session, type View } from './session.ts';
import './page.css';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): Partial<Kept> | undefined;
  setState(state: Kept): void;
};

interface Store {
  readonly folders: Map<string, Folder>;
  readonly found: Map<string, Folder>;
}

function run(root: HTMLElement): void {
  const editor = acquireVsCodeApi();
  const view: View = { ...firstView, ...editor.getState()?.view };
  const send = (message: FromPage) => editor.postMessage(message);
  /** By the index of the layer, of the image that is shown. */
  const stores = new Map<number, Store>();
  let image: ImageAnalysis | undefined;
  let shown: AnalysisPage | undefined;
  let loading: LoadingPage | undefined;

  const storeOf = (layer: number): Store => {
    const store = stores.get(layer) ?? { folders: new Map(), found: new Map() };
    stores.set(layer, store);
    return store;
  };
  const filesOf = (layer: number): LayerFiles => {
    const { folders, found } = storeOf(layer);
    return {
      bytes: image?.layers[layer]?.bytes ?? 0,
      folders,
      found,
      ask: (folder, filter) => {
        if (image === undefined) return;
        if (filter === undefined) folders.set(folder, { state: 'loading' });
        else found.set(filter, { state: 'loading' });
        send({ kind: 'files', image: image.id, layer, folder, ...(filter !== undefined && { filter }) });
      },
    };
  };

  const show = (subject: Subject, session: Session, content: Content) => {
    session.keep();
    document.title = subject.kind;
    if (content.kind === 'loading' && loading !== undefined) {
      loading.update(content);
      return;
    }
    [shown, loading] = [undefined, undefined];
    if (content.kind !== 'analysis' || content.analysis.id !== image?.id) stores.clear();
    if (content.kind === 'analysis') {
      image = content.analysis;
      shown = analysisPage(content.analysis, session, filesOf);
      root.replaceChildren(shown.element);
    } else if (content.kind === 'comparison') root.replaceChildren(comparisonPage(content.comparison, session));
    else if (content.kind === 'problem') root.replaceChildren(problemPage(content, session));
    else {
      loading = loadingPage(content, session);
      root.replaceChildren(loading.element);
    }
  };

  const receive = (message: ToPage) => {
    if (message.kind === 'show') {
      const { subject, texts, units, content } = message;
      show(subject, { texts, units, view, send, keep: () => editor.setState({ subject, view }) }, content);
      return;
    }
    const { layer, folder, filter } = message;
    if (message.image !== image?.id) return;
    const answer: Folder =
      message.kind === 'entries'
        ? { state: 'known', entries: message.entries }
        : { state: 'failed', message: message.message };
    const { folders, found } = storeOf(layer);
    if (filter === undefined) folders.set(folder, answer);
    else found.set(filter, answer);
    shown?.update(layer);
  };

  // Only the editor's own frame can send: the page's policy lets no other script run, and nothing else embed it.
  window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => receive(data));
  send({ kind: 'ready' });
}

const root = document.getElementById('page');
if (root !== null) run(root);
