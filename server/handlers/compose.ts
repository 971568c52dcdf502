/** Has the client tell of compose files, and ask about the images in them. Nothing else is said of those files. */
import {
  CodeActionRequest,
  CompletionRequest,
  type Connection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentLinkRequest,
  type DocumentSelector,
  HoverRequest,
  type InitializeParams,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import type { Log } from '../language/host.ts';
import { imageActionKind } from '../language/imageActions.ts';
import { stackOf } from './log.ts';

const composeFiles: DocumentSelector = [
  { language: 'dockercompose' },
  { language: 'yaml', pattern: '**/{compose,docker-compose}{.,-}*' },
];

/** Not the letters, which every client asks for by itself. */
const triggerCharacters = [' ', ':', '/', '-'];

/**
 * What to do when the client is initialized. A client that cannot be told which files it should tell of tells of those it likes:
 * where these are compose files, it is answered.
 */
export function registerCompose(connection: Connection, { capabilities }: InitializeParams, log: Log): () => void {
  const { synchronization, completion, hover, codeAction, documentLink } = capabilities.textDocument ?? {};
  if (synchronization?.dynamicRegistration !== true || completion?.dynamicRegistration !== true) return () => {};
  const documentSelector = composeFiles;
  const { client } = connection;
  return () => {
    const registered = [
      client.register(DidOpenTextDocumentNotification.type, { documentSelector }),
      client.register(DidChangeTextDocumentNotification.type, {
        documentSelector,
        syncKind: TextDocumentSyncKind.Incremental,
      }),
      client.register(DidCloseTextDocumentNotification.type, { documentSelector }),
      client.register(CompletionRequest.type, { documentSelector, triggerCharacters, resolveProvider: true }),
      ...(codeAction?.dynamicRegistration === true
        ? [
            client.register(CodeActionRequest.type, {
              documentSelector,
              codeActionKinds: [imageActionKind],
              resolveProvider: true,
            }),
          ]
        : []),
      ...(documentLink?.dynamicRegistration === true
        ? [client.register(DocumentLinkRequest.type, { documentSelector })]
        : []),
      ...(hover?.dynamicRegistration === true ? [client.register(HoverRequest.type, { documentSelector })] : []),
    ];
    Promise.all(registered).catch((error: unknown) => {
      log.warn('compose: not told of files', { error: stackOf(error) });
    });
  };
}
