/** Panels in the editor area, one a subject. A panel outlives being hidden, and its window. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { webviews } from '../contributions.ts';
import { onSizeUnits, sizeUnits } from '../ui/registration.ts';
import { pageHtml } from './html.ts';
import { type Content, type FromPage, fromPage, keptSubject, type Subject, type ToPage } from './messages.ts';
import { shortName } from './target.ts';
import { pageTexts } from './texts.ts';

export interface Panel {
  readonly subject: Subject;
  /** What it shows now. */
  readonly content: Content;
  show(content: Content): void;
  /** Ends with the panel. */
  readonly signal: AbortSignal;
}

export interface Panels extends vscode.Disposable {
  /** The panel about this, brought to the front; made when there is none. */
  open(subject: Subject, content: Content): Panel;
}

export interface PanelEvents {
  /** The editor brought a panel back from another window: it shows nothing yet. */
  onRestored(panel: Panel): void;
  onMessage(panel: Panel, message: Exclude<FromPage, { kind: 'ready' }>, answer: (message: ToPage) => void): void;
}

export function createPanels(extension: vscode.Uri, { onRestored, onMessage }: PanelEvents): Panels {
  const open = new Map<string, { readonly panel: Panel; readonly editor: vscode.WebviewPanel }>();
  const files = vscode.Uri.joinPath(extension, 'dist');
  const icon = (kind: string) => vscode.Uri.joinPath(extension, 'resources', `layers-${kind}.svg`);
  const options: vscode.WebviewOptions = { enableScripts: true, localResourceRoots: [files] };

  const adopt = (editor: vscode.WebviewPanel, subject: Subject, first: Content): Panel => {
    const key = JSON.stringify(subject);
    const { webview } = editor;
    const end = new AbortController();
    let content = first;
    /** A hidden page is gone, and comes back by saying that it is ready. */
    const tell = (message: ToPage) => {
      if (!end.signal.aborted) void webview.postMessage(message);
    };
    const tellAll = () => tell({ kind: 'show', subject, texts: pageTexts(), units: sizeUnits(), content });
    const panel: Panel = {
      subject,
      get content() {
        return content;
      },
      show: (next) => {
        content = next;
        tellAll();
      },
      signal: end.signal,
    };
    open.set(key, { panel, editor });
    const heard = webview.onDidReceiveMessage((said: unknown) => {
      const message = fromPage(said);
      if (message?.kind === 'ready') tellAll();
      else if (message !== undefined) onMessage(panel, message, tell);
    });
    const others = onSizeUnits(tellAll);
    editor.onDidDispose(() => {
      heard.dispose();
      others.dispose();
      end.abort();
      if (open.get(key)?.panel === panel) open.delete(key);
    });
    editor.title = titleOf(subject);
    editor.iconPath = { light: icon('light'), dark: icon('dark') };
    webview.options = options;
    webview.html = pageHtml({
      script: webview.asWebviewUri(vscode.Uri.joinPath(files, 'layers-page.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(files, 'layers-page.css')).toString(),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      language: vscode.env.language,
    });
    return panel;
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(webviews.layers, {
    deserializeWebviewPanel: async (editor, state: unknown) => {
      const subject = keptSubject(state);
      if (subject === undefined) editor.dispose();
      else onRestored(adopt(editor, subject, { kind: 'loading' }));
    },
  });
  return {
    open: (subject, content) => {
      const found = open.get(JSON.stringify(subject));
      if (found !== undefined) {
        found.panel.show(content);
        found.editor.reveal();
        return found.panel;
      }
      const editor = vscode.window.createWebviewPanel(
        webviews.layers,
        titleOf(subject),
        vscode.ViewColumn.Active,
        options,
      );
      return adopt(editor, subject, content);
    },
    dispose: () => {
      serializer.dispose();
      for (const { editor } of [...open.values()]) editor.dispose();
    },
  };
}

function titleOf(subject: Subject): string {
  return subject.kind === 'analysis'
    ? shortName(subject.reference)
    : `${shortName(subject.first)} ↔ ${shortName(subject.second)}`;
}
