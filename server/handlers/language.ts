/** The language features that a client asks for. Each is a function of the parsed file; this is where they meet the protocol. */
import { setTimeout as rest } from 'node:timers/promises';
import type { CancellationToken, CompletionParams, Connection, Position } from 'vscode-languageserver';
import { codeActions, wantsKind } from '../language/codeActions.ts';
import { completion } from '../language/completion/completion.ts';
import type { Completed } from '../language/completion/item.ts';
import { resolveItem } from '../language/completion/resolve.ts';
import { composeCompletion } from '../language/compose/completion.ts';
import { definition, highlights, references } from '../language/definition.ts';
import type { Dockerfile } from '../language/dockerfile/dockerfile.ts';
import { fnv1a } from '../language/dockerfile/parseSafely.ts';
import { foldingRanges } from '../language/folding.ts';
import type { Host } from '../language/host.ts';
import { composeHover, hoverWithImages } from '../language/hover/hoverImages.ts';
import { composeImages, dockerfileImages, type ImageFile, imageActions } from '../language/imageActions.ts';
import { imageLinks } from '../language/links.ts';
import { lineStartsOf, offsetAt } from '../language/position.ts';
import { documentSymbols } from '../language/symbols.ts';
import { isAbort } from '../util/problemError.ts';
import { cancellable } from './answer.ts';
import type { ClientSupport } from './capabilities.ts';
import type { Documents, OpenDocument } from './documents.ts';
import type { IgnoreFilesHandler } from './ignoreFiles.ts';
import { lateCompletion } from './lateCompletion.ts';
import type { Lint } from './lint.ts';
import { stackOf } from './log.ts';
import { resolveAction } from './resolveAction.ts';
import type { Settings } from './settings.ts';
import { registerSizes } from './sizes.ts';

interface At {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

/** Runs a feature on the file; `undefined` when it is not open. A throw is logged with the input's hash. */
export type Feature = <T>(
  name: string,
  uri: string,
  token: CancellationToken,
  work: (document: OpenDocument, signal: AbortSignal) => Promise<T> | T,
) => Promise<T | undefined>;

/** Whoever moves through a list rests on what he wants to know more of; the registry is asked of that alone. */
const restMs = 150;

export function registerLanguage(
  connection: Connection,
  documents: Documents,
  host: Host,
  lint: Lint,
  ignoreFiles: Pick<IgnoreFilesHandler, 'hints' | 'complete'>,
  settings: Settings,
  support: () => ClientSupport,
  now: () => number,
): () => void {
  const units = () => host.units?.() ?? 'MB';
  const reading = () => ({ now: now(), units: units() });
  const feature: Feature = async (name, uri, token, work) => {
    const document = documents.get(uri);
    if (document === undefined) return undefined;
    const logged = async (signal: AbortSignal) => {
      signal.throwIfAborted();
      try {
        return await work(document, signal);
      } catch (error) {
        if (!isAbort(error))
          host.log.error(`language: ${name} failed`, { hash: fnv1a(document.text), error: stackOf(error) });
        throw error;
      }
    };
    return cancellable(token, logged, name);
  };

  function at<T>(
    name: string,
    { textDocument, position }: At,
    token: CancellationToken,
    work: (dockerfile: Dockerfile, offset: number, signal: AbortSignal) => Promise<T> | T,
  ): Promise<T | undefined> {
    return feature(name, textDocument.uri, token, ({ dockerfile }, signal) =>
      work(dockerfile, offsetAt(dockerfile, position), signal),
    );
  }

  const completeAt = (
    { textDocument, position, context }: CompletionParams,
    signal: AbortSignal,
  ): Promise<Completed> | undefined => {
    const compose = documents.compose(textDocument.uri);
    if (compose) {
      const offset = offsetAt({ text: compose.text, lineStarts: lineStartsOf(compose.text) }, position);
      return composeCompletion(compose.text, offset, host.images, support().completion, signal);
    }
    const dockerfile = documents.get(textDocument.uri)?.dockerfile;
    const trigger = context?.triggerCharacter === ' ' ? 'blank' : 'other';
    return (
      dockerfile &&
      completion(
        dockerfile,
        offsetAt(dockerfile, position),
        host,
        support().completion,
        trigger,
        signal,
        textDocument.uri,
      )
    );
  };
  const late = lateCompletion(connection, documents, host, completeAt);
  connection.onCompletion((params, token) => {
    const { uri } = params.textDocument;
    const ignore = documents.ignoreFile(uri);
    if (ignore)
      return cancellable(token, (signal) => ignoreFiles.complete(ignore, params.position, signal), 'completion');
    if (documents.compose(uri) === undefined) {
      return feature('completion', uri, token, (_, signal) => late.watch(params, signal));
    }
    return cancellable(token, (signal) => late.watch(params, signal), 'completion');
  });
  connection.onCompletionResolve((item, token) =>
    cancellable(
      token,
      async (signal) => {
        await rest(restMs, undefined, { ref: false, signal });
        return resolveItem(item, host.images, units(), signal);
      },
      item.label,
    ),
  );
  connection.onHover((params, token) => {
    const compose = documents.compose(params.textDocument.uri);
    const answer = compose
      ? cancellable(
          token,
          (signal) => composeHover(compose.text, params.position, host.images, reading(), signal),
          'hover',
        )
      : at('hover', params, token, (dockerfile, offset, signal) =>
          hoverWithImages(dockerfile, offset, host.images, reading(), signal),
        );
    return answer.then((hover) => hover ?? null);
  });
  connection.onDefinition((params, token) =>
    at('definition', params, token, (dockerfile, offset) => definition(dockerfile, offset, params.textDocument.uri)),
  );
  connection.onReferences((params, token) =>
    at('references', params, token, (dockerfile, offset) =>
      references(dockerfile, offset, params.textDocument.uri, params.context.includeDeclaration),
    ),
  );
  connection.onDocumentHighlight((params, token) => at('highlight', params, token, highlights));
  connection.onDocumentSymbol(({ textDocument }, token) =>
    feature('symbols', textDocument.uri, token, ({ dockerfile }) =>
      documentSymbols(dockerfile, textDocument.uri, support().hierarchicalSymbols),
    ),
  );
  connection.onCodeAction(({ textDocument, range, context }, token) => {
    const { uri } = textDocument;
    const compose = documents.compose(uri);
    const imageActionsIn = (file: ImageFile) =>
      imageActions(file, range, host.images, support().lazyActions, context.diagnostics).filter(({ kind = '' }) =>
        wantsKind(context.only, kind),
      );
    if (compose) return [...imageActionsIn(composeImages(uri, compose.text))];
    return feature('codeAction', uri, token, (document) => {
      const { dockerfile } = document;
      const linted = lint.of(document);
      return [
        ...codeActions(dockerfile, uri, range, context.only, linted, support().ignoreCommand),
        ...imageActionsIn(dockerfileImages(uri, dockerfile)),
      ];
    });
  });
  connection.onCodeActionResolve((action, token) => resolveAction(connection, documents, host.images, action, token));
  connection.onDocumentLinks(({ textDocument: { uri } }, token) => {
    const compose = documents.compose(uri);
    if (compose) return imageLinks(composeImages(uri, compose.text), host.images);
    return feature('links', uri, token, ({ dockerfile }) => imageLinks(dockerfileImages(uri, dockerfile), host.images));
  });
  connection.onFoldingRanges(({ textDocument }, token) =>
    feature('folding', textDocument.uri, token, ({ dockerfile }) => foldingRanges(dockerfile)),
  );
  const stop = registerSizes({ connection, documents, host, settings, support, feature, ignoreFiles });
  return () => {
    late.dispose();
    stop();
  };
}
