import { type InitializeParams, type ServerCapabilities, TextDocumentSyncKind } from 'vscode-languageserver';
import { codeActionKinds } from '../language/codeActions.ts';
import type { CompletionSupport } from '../language/completion/completion.ts';
import { fields, strings } from '../util/json.ts';

/** What of the client's capabilities changes an answer of ours. */
export interface ClientSupport {
  readonly completion: CompletionSupport;
  readonly hierarchicalSymbols: boolean;
  readonly inlayHintRefresh: boolean;
  readonly codeLensRefresh: boolean;
  /** Whether it asks for the edit of a code action that is chosen. */
  readonly lazyActions: boolean;
  readonly diagnostics: {
    readonly tags: boolean;
    readonly related: boolean;
    /** Whether it can be told to ask again. */
    readonly refresh: boolean;
  };
  /** The command of the client that turns a rule off in the workspace's settings, as `initializationOptions` names it. */
  readonly ignoreCommand: string | undefined;
  /** The command of the client that shows the layers of an image of the engine, by its id. */
  readonly analyzeCommand: string | undefined;
  /** The folder that the client has for what outlives the server: an absolute path. */
  readonly storage: string | undefined;
  /** Which of our own requests it answers, as `initializationOptions.answers` says: `secrets`, `sessions`. */
  readonly answers: { readonly secrets: boolean; readonly sessions: boolean };
  /** Whether the user trusts the files that are open, as `initializationOptions` says. */
  readonly trusted: boolean;
  /** What people call it. */
  readonly editor: string;
}

export function clientSupport({
  capabilities,
  initializationOptions: options,
  clientInfo,
}: Pick<InitializeParams, 'capabilities' | 'initializationOptions' | 'clientInfo'>): ClientSupport {
  const { publishDiagnostics: pushed, diagnostic: pulled } = capabilities.textDocument ?? {};
  const item = capabilities.textDocument?.completion?.completionItem;
  const answered = strings(fields(options)['answers']);
  const action = capabilities.textDocument?.codeAction;
  return {
    completion: {
      snippets: item?.snippetSupport === true,
      insertReplace: item?.insertReplaceSupport === true,
    },
    hierarchicalSymbols: capabilities.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    lazyActions: action?.dataSupport === true && action.resolveSupport?.properties.includes('edit') === true,
    inlayHintRefresh: capabilities.workspace?.inlayHint?.refreshSupport === true,
    codeLensRefresh: capabilities.workspace?.codeLens?.refreshSupport === true,
    diagnostics: {
      tags: pushed?.tagSupport !== undefined || pulled?.tagSupport !== undefined,
      related: pushed?.relatedInformation === true || pulled?.relatedInformation === true,
      refresh: capabilities.workspace?.diagnostics?.refreshSupport === true,
    },
    ignoreCommand: typeof options?.ignoreCommand === 'string' ? options.ignoreCommand : undefined,
    analyzeCommand: typeof options?.analyzeCommand === 'string' ? options.analyzeCommand : undefined,
    storage: typeof options?.storage === 'string' && options.storage !== '' ? options.storage : undefined,
    answers: { secrets: answered.includes('secrets'), sessions: answered.includes('sessions') },
    trusted: options?.trusted === true,
    editor: clientInfo?.name.slice(0, 100) ?? 'the editor',
  };
}

export const serverCapabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  diagnosticProvider: { identifier: 'gantry', interFileDependencies: false, workspaceDiagnostics: false },
  // Not the letters, which every client asks for by itself. A blank follows a keyword, a comma a mount's option.
  completionProvider: { triggerCharacters: [' ', ':', '/', '=', '-', '$', '{', ',', '#'], resolveProvider: true },
  hoverProvider: true,
  codeActionProvider: { codeActionKinds: [...codeActionKinds], resolveProvider: true },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
  documentLinkProvider: {},
  foldingRangeProvider: true,
  inlayHintProvider: true,
  codeLensProvider: { resolveProvider: false },
};
