/** What is said of the ignore files that are open: what each pattern does, and what is wrong with it. */
import {
  type CompletionList,
  CompletionRequest,
  type Connection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type DocumentSelector,
  type InitializeParams,
  type InlayHint,
  InlayHintRefreshRequest,
  InlayHintRequest,
  type Position,
  type Range,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import type { ByteUnits } from '../../common/bytes.ts';
import type { BuildContexts } from '../context/contexts.ts';
import { parse } from '../language/dockerfile/parse.ts';
import type { LineEffect, Log } from '../language/host.ts';
import { ignoreCompletion } from '../language/ignore/completion.ts';
import { type Built, ignoreDiagnostics } from '../language/ignore/findings.ts';
import { ignoreHints } from '../language/ignore/hints.ts';
import { keptEffects } from '../language/ignore/keptEffects.ts';
import { lineStartsOf, offsetAt } from '../language/position.ts';
import { filePath } from '../util/filePath.ts';
import { isAbort } from '../util/problemError.ts';
import type { DockerfileText } from '../workspace/dockerfilesBy.ts';
import type { WorkspaceFiles } from '../workspace/workspaceFiles.ts';
import type { ClientSupport } from './capabilities.ts';
import type { Documents, PlainDocument } from './documents.ts';
import { stackOf } from './log.ts';

const ignoreFiles: DocumentSelector = [{ pattern: '**/{*.,.}dockerignore' }];

export interface IgnoreFilesHandler {
  initialize(params: InitializeParams): void;
  initialized(): void;
  /** Of an open ignore file, as far as it is known; undefined for any other file. */
  hints(uri: string, range: Range, units: ByteUnits): InlayHint[] | undefined;
  complete(file: PlainDocument, position: Position, signal: AbortSignal): Promise<CompletionList>;
  dispose(): void;
}

interface Needs {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly files: WorkspaceFiles;
  readonly contexts: BuildContexts;
  readonly dockerfilesBy: (ignoreFile: string) => Promise<readonly DockerfileText[]>;
  readonly support: () => ClientSupport;
  /** Of the sizes that are shown. */
  readonly units: () => ByteUnits;
  readonly log: Log;
}

interface Open {
  /** What is known of its patterns, and for which text. */
  effects?: { readonly text: string; readonly of: readonly LineEffect[] };
  /** Whether what is known is out of date, and whether somebody is about to learn more. */
  moved: boolean;
  looking: boolean;
  again: boolean;
}

/** A client that cannot be told which files it should tell of tells of those it likes: where these are ignore files, it is answered. */
export function registerIgnoreFiles(needs: Needs): IgnoreFilesHandler {
  const { connection, documents, contexts, support, units, log } = needs;
  const lifetime = new AbortController();
  const open = new Map<string, Open>();
  let registers = false;

  function soon(uri: string): void {
    const file = open.get(uri) ?? { moved: true, looking: false, again: false };
    if (documents.ignoreFile(uri) === undefined) {
      open.delete(uri);
      show(uri, []);
      return;
    }
    open.set(uri, file);
    file.again = true;
    if (!file.looking) void look(uri, file);
  }

  /** One look at a time, and after the last change another. Never rejects. */
  async function look(uri: string, file: Open): Promise<void> {
    file.looking = true;
    while (file.again && open.get(uri) === file && !lifetime.signal.aborted) {
      file.again = false;
      try {
        await update(uri, file);
      } catch (error) {
        if (!isAbort(error)) log.warn('ignore files: not looked at', { error: stackOf(error) });
      }
    }
    file.looking = false;
  }

  async function update(uri: string, file: Open): Promise<void> {
    const document = documents.ignoreFile(uri);
    if (document === undefined) return;
    const { text } = document;
    const dockerfiles = await builtBy(needs, uri);
    const tell = (effects: readonly LineEffect[] | undefined) => {
      const { related } = support().diagnostics;
      show(uri, ignoreDiagnostics(text, { effects, dockerfiles, related }), document.version);
    };
    if (file.moved || file.effects?.text !== text) {
      file.moved = false;
      try {
        file.effects = { text, of: await contexts.lines(uri, text, lifetime.signal) };
      } catch (error) {
        if (isAbort(error)) throw error;
        delete file.effects; // it says why in the hints of the Dockerfile
      }
      refresh();
    }
    if (documents.ignoreFile(uri)?.version === document.version) tell(file.effects?.of);
  }

  function refresh(): void {
    if (!support().inlayHintRefresh) return;
    connection.sendRequest(InlayHintRefreshRequest.type).catch((error: unknown) => {
      log.warn('ignore files: hints not refreshed', { error: stackOf(error) });
    });
  }

  function show(uri: string, diagnostics: Diagnostic[], version?: number): void {
    connection.sendDiagnostics({ uri, diagnostics, ...(version !== undefined && { version }) }).catch(() => {
      // The client is gone, and its problems with it.
    });
  }

  const all = (): void => {
    for (const uri of documents.ignoreFiles) soon(uri);
  };
  documents.onIgnoreFile(soon);
  documents.onDidChange(all);
  documents.onDidClose(all);
  const stop = contexts.onDidMove(() => {
    for (const file of open.values()) file.moved = true;
    all();
  });

  return {
    initialize({ capabilities: { textDocument } }) {
      registers = [textDocument?.synchronization, textDocument?.inlayHint, textDocument?.completion].every(
        (capability) => capability?.dynamicRegistration === true,
      );
    },
    initialized() {
      if (!registers) return;
      const { client } = connection;
      const documentSelector = ignoreFiles;
      Promise.all([
        client.register(DidOpenTextDocumentNotification.type, { documentSelector }),
        client.register(DidChangeTextDocumentNotification.type, {
          documentSelector,
          syncKind: TextDocumentSyncKind.Incremental,
        }),
        client.register(DidCloseTextDocumentNotification.type, { documentSelector }),
        client.register(InlayHintRequest.type, { documentSelector }),
        client.register(CompletionRequest.type, { documentSelector, triggerCharacters: ['/', '!'] }),
      ]).catch((error: unknown) => log.warn('ignore files: not told of them', { error: stackOf(error) }));
    },
    hints(uri, range, unitsOfHints) {
      const document = documents.ignoreFile(uri);
      if (document === undefined) return undefined;
      const effects = open.get(uri)?.effects;
      return effects ? ignoreHints(document.text, keptEffects(effects, document.text), range, unitsOfHints) : [];
    },
    async complete({ uri, text }, position, signal) {
      const offset = offsetAt({ text, lineStarts: lineStartsOf(text) }, position);
      const { list } = await ignoreCompletion({ uri, text }, offset, contexts, support().completion, units(), signal);
      return list;
    },
    dispose() {
      lifetime.abort();
      stop();
    },
  };
}

/** Those that are open as they are typed, the others as they are on the disk. */
async function builtBy({ documents, files, dockerfilesBy }: Needs, ignoreUri: string): Promise<readonly Built[]> {
  const ignoreFile = filePath(ignoreUri);
  if (ignoreFile === undefined) return [];
  const onDisk = await dockerfilesBy(ignoreFile).catch(() => []); // what is not readable nobody builds
  const isOpen = new Map(documents.uris.map((uri) => [filePath(uri), uri]));
  const beside = documents.uris.filter((uri) => {
    const used = files.beside(uri).ignoreFile?.uri;
    return used !== undefined && filePath(used) === ignoreFile;
  });
  const opened = onDisk.flatMap(({ uri }) => isOpen.get(filePath(uri)) ?? []);
  const shown = [...new Set([...opened, ...beside])].flatMap((uri) => documents.get(uri) ?? []);
  return [
    ...shown.map(({ uri, dockerfile }) => ({ uri, name: nameOf(uri), dockerfile })),
    ...onDisk
      .filter(({ uri }) => !isOpen.has(filePath(uri)))
      .map(({ uri, name, text }) => ({ uri, name, dockerfile: parse(text) })),
  ];
}

function nameOf(uri: string): string {
  return (filePath(uri) ?? uri).split(/[/\\]/).at(-1) ?? uri;
}
