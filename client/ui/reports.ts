/** Read-only texts that Gantry writes for a person: a comparison, a diagnosis. They are made anew when a window brings them back. */
import * as vscode from 'vscode';
import { isAbort, problemOf } from '../backend.ts';

const scheme = 'gantry-report';

/** Writes a report about `query`; `show` is given what is there of it before it is whole. */
export type Write = (query: string, signal: AbortSignal, show: (text: string) => void) => Promise<string>;

export interface Reports extends vscode.Disposable {
  /** Makes and shows the report `kind` about `query`. The name is the tab's. */
  show(kind: string, name: string, query: string): Promise<void>;
}

export function reports(writers: Readonly<Record<string, Write>>): Reports {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  /** What is there of a report that is being written. */
  const drafts = new Map<string, string>();
  const writing = new Map<string, AbortController>();

  const write = async (uri: vscode.Uri): Promise<void> => {
    const key = uri.toString();
    writing.get(key)?.abort();
    const controller = new AbortController();
    writing.set(key, controller);
    const draft = (text: string) => {
      if (controller.signal.aborted) return;
      drafts.set(key, text);
      changed.fire(uri);
    };
    try {
      const writer = writers[uri.authority];
      if (writer !== undefined) draft(await writer(uri.query, controller.signal, draft));
    } catch (error) {
      const { message, next } = problemOf(error, uri.query);
      if (!isAbort(error)) draft([message, ...(next === undefined ? [] : [next])].join('\n'));
    } finally {
      if (writing.get(key) === controller) writing.delete(key);
    }
  };

  const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) => {
      const key = uri.toString();
      if (!drafts.has(key) && !writing.has(key)) await write(uri);
      return drafts.get(key) ?? '';
    },
  });
  const closing = vscode.workspace.onDidCloseTextDocument(({ uri }) => {
    if (uri.scheme !== scheme) return;
    writing.get(uri.toString())?.abort();
    drafts.delete(uri.toString());
  });
  return {
    show: async (kind, name, query) => {
      // Slashes in the name would read as folders.
      const uri = vscode.Uri.from({ scheme, authority: kind, path: `/${name.replaceAll('/', '∕')}`, query });
      drafts.delete(uri.toString());
      const written = write(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      changed.fire(uri); // VS Code takes no news of a document that it is still opening
      await vscode.window.showTextDocument(document, { preview: true });
      await written;
    },
    dispose: () => {
      for (const controller of writing.values()) controller.abort();
      registration.dispose();
      closing.dispose();
      changed.dispose();
    },
  };
}
