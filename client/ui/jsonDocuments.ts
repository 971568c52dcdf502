/** Read-only documents with the JSON of engines and registries as they have it. They are asked for when shown, so they outlive a window reload. */
import * as vscode from 'vscode';
import type { Backend, RegistryDocument } from '../backend.ts';
import { signalOf } from './signal.ts';

const scheme = 'gantry';

export type Inspected =
  | { readonly kind: 'container'; readonly id: string; readonly name: string }
  | { readonly kind: 'image'; readonly id: string; readonly name: string }
  | { readonly kind: 'registry'; readonly document: RegistryDocument; readonly name: string };

export interface JsonDocuments extends vscode.Disposable {
  /** Shows it, asked for anew. */
  show(inspected: Inspected): Promise<void>;
}

export function jsonDocuments(backend: Backend): JsonDocuments {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const ask = ({ authority, query }: vscode.Uri, signal: AbortSignal): Promise<unknown> => {
    if (authority === 'registry') return backend.registryDocument(JSON.parse(query), signal);
    return authority === 'container' ? backend.inspectContainer(query, signal) : backend.inspectImage(query, signal);
  };
  const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri, token) => {
      const following = signalOf(token);
      try {
        return `${JSON.stringify(await ask(uri, following.signal), undefined, 2)}\n`;
      } finally {
        following.dispose();
      }
    },
  });
  return {
    show: async (inspected) => {
      const { kind, name } = inspected;
      const query = kind === 'registry' ? JSON.stringify(inspected.document) : inspected.id;
      // The name is for the tab only; slashes in it would read as folders.
      const path = `/${name.replaceAll('/', '∕')}.json`;
      const uri = vscode.Uri.from({ scheme, authority: kind, path, query });
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => {
      registration.dispose();
      changed.dispose();
    },
  };
}
