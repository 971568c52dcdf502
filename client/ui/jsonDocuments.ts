/** Read-only documents with the engine's own JSON. They are asked for when shown, so they outlive a window reload. */
import * as vscode from 'vscode';
import type { Backend } from '../backend.ts';
import { signalOf } from './signal.ts';

const scheme = 'gantry';

export type Inspected =
  | { readonly kind: 'container'; readonly id: string; readonly name: string }
  | { readonly kind: 'image'; readonly id: string; readonly name: string };

export interface JsonDocuments extends vscode.Disposable {
  /** Shows it, asked for anew. */
  show(inspected: Inspected): Promise<void>;
}

export function jsonDocuments(backend: Backend): JsonDocuments {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri, token) => {
      const following = signalOf(token);
      try {
        const ask = uri.authority === 'container' ? backend.inspectContainer : backend.inspectImage;
        return `${JSON.stringify(await ask(uri.query, following.signal), undefined, 2)}\n`;
      } finally {
        following.dispose();
      }
    },
  });
  return {
    show: async ({ kind, id, name }) => {
      // The name is for the tab only; slashes in it would read as folders.
      const path = `/${name.replaceAll('/', '∕')}.json`;
      const uri = vscode.Uri.from({ scheme, authority: kind, path, query: id });
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => {
      registration.dispose();
      changed.dispose();
    },
  };
}
