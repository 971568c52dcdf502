import { type Connection, TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Dockerfile } from '../language/dockerfile/dockerfile.ts';
import { parseSafely } from '../language/dockerfile/parseSafely.ts';
import type { Log } from '../language/host.ts';

/** One version of an open file. */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly dockerfile: Dockerfile;
}

/** The files the client has open, each parsed once a version. */
export class Documents {
  readonly #texts = new TextDocuments(TextDocument);
  readonly #parsed = new Map<string, OpenDocument>();
  readonly #log: Log;

  constructor(connection: Connection, log: Log) {
    this.#log = log;
    this.#texts.onDidClose(({ document }) => this.#parsed.delete(document.uri));
    this.#texts.listen(connection);
  }

  get uris(): readonly string[] {
    return this.#texts.keys();
  }

  /** The current version of an open file; undefined when it is not open. */
  get(uri: string): OpenDocument | undefined {
    const document = this.#texts.get(uri);
    if (document === undefined) return undefined;
    const last = this.#parsed.get(uri);
    if (last?.version === document.version) return last;
    const text = document.getText();
    const open = { uri, version: document.version, text, dockerfile: parseSafely(text, this.#log, last?.dockerfile) };
    this.#parsed.set(uri, open);
    return open;
  }

  versionOf(uri: string): number | undefined {
    return this.#texts.get(uri)?.version;
  }

  onDidOpen(listener: (uri: string) => void): void {
    this.#texts.onDidOpen(({ document }) => listener(document.uri));
  }

  /** Called when a file is opened, too. */
  onDidChange(listener: (uri: string) => void): void {
    this.#texts.onDidChangeContent(({ document }) => listener(document.uri));
  }

  onDidSave(listener: (uri: string) => void): void {
    this.#texts.onDidSave(({ document }) => listener(document.uri));
  }

  onDidClose(listener: (uri: string) => void): void {
    this.#texts.onDidClose(({ document }) => listener(document.uri));
  }
}
