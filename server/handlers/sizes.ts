/** Sizes in the editor: hints at the line ends, a code lens above each stage, and asking the editor to ask again. */
import { createHash } from 'node:crypto';
import { CodeLensRefreshRequest, type Connection, InlayHintRefreshRequest } from 'vscode-languageserver';
import { codeLenses } from '../language/codeLenses.ts';
import type { Host } from '../language/host.ts';
import { inlayHints } from '../language/inlayHints.ts';
import { SizeReader } from '../language/sizes/fileSizes.ts';
import type { ClientSupport } from './capabilities.ts';
import type { Documents } from './documents.ts';
import type { IgnoreFilesHandler } from './ignoreFiles.ts';
import type { Feature } from './language.ts';
import { stackOf } from './log.ts';
import type { Settings } from './settings.ts';
import { readSizeSettings, type SizeSettings } from './sizeSettings.ts';

export interface SizesHandler {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly host: Host;
  readonly settings: Settings;
  readonly support: () => ClientSupport;
  readonly feature: Feature;
  readonly ignoreFiles: Pick<IgnoreFilesHandler, 'hints'>;
}

export function registerSizes(room: SizesHandler): () => void {
  const { connection, documents, host, settings, support, feature, ignoreFiles } = room;
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const reader = new SizeReader({ images: host.images, contexts: host.contexts, hash });
  let read: { readonly section: object; readonly options: SizeSettings } | undefined;
  let told = '';
  const options = (): SizeSettings => {
    const { section } = settings;
    if (read?.section !== section) read = { section, options: readSizeSettings(section) };
    return read.options;
  };

  connection.languages.inlayHint.on(
    ({ textDocument, range }, token) =>
      ignoreFiles.hints(textDocument.uri, range, options().units) ??
      feature('inlayHint', textDocument.uri, token, async ({ uri, dockerfile }, signal) => {
        await settings.ready;
        signal.throwIfAborted();
        const { hints } = options();
        return hints === 'none' ? [] : inlayHints(dockerfile, range, reader.of(uri, dockerfile), options());
      }),
  );
  connection.onCodeLens(({ textDocument }, token) =>
    feature('codeLens', textDocument.uri, token, async ({ uri, dockerfile }, signal) => {
      await settings.ready;
      signal.throwIfAborted();
      const { codeLens } = options();
      return codeLens
        ? codeLenses(dockerfile, reader.of(uri, dockerfile), options(), host.images, support().analyzeCommand)
        : [];
    }),
  );
  documents.onDidClose((uri) => reader.forget(uri));

  const refresh = refreshing(connection, host, support);
  const stop = [
    host.images.onDidChange(refresh.soon),
    host.contexts?.onDidChange(refresh.soon),
    settings.onDidChange(() => {
      const before = JSON.stringify(read?.options);
      const problems = options().problems.join(' ');
      if (problems !== '' && problems !== told) host.log.warn('settings: some of it means nothing', { problems });
      told = problems;
      if (before !== undefined && before !== JSON.stringify(options())) refresh.soon();
    }),
  ];
  return () => {
    for (const each of stop) each?.();
    refresh.dispose();
  };
}

/** What arrives about images arrives in bursts (an engine's event is followed by several look-ups); one refresh answers all. */
const refreshDelayMs = 100;

function refreshing(connection: Connection, host: Host, support: () => ClientSupport) {
  let timer: NodeJS.Timeout | undefined;
  const ask = (sent: Promise<unknown>) =>
    void sent.catch((error: unknown) => host.log.warn('language: hints not refreshed', { error: stackOf(error) }));
  return {
    soon() {
      const { inlayHintRefresh, codeLensRefresh } = support();
      if (!inlayHintRefresh && !codeLensRefresh) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        if (inlayHintRefresh) ask(connection.sendRequest(InlayHintRefreshRequest.type));
        if (codeLensRefresh) ask(connection.sendRequest(CodeLensRefreshRequest.type));
      }, refreshDelayMs);
    },
    dispose: () => clearTimeout(timer),
  };
}
