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

/** A compose file, or an ignore file of builds, that is open. */
export interface PlainDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

/**
 * The files the client has open. All that is said of files is said of Dockerfiles, each parsed once a version; of compose files
 * only what is asked with {@link compose}, and of ignore files with {@link ignoreFile}.
 */
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
    return this.#texts.keys().filter((uri) => this.#dockerfile(uri) !== undefined);
  }

  /** The current version of an open Dockerfile; undefined when it is not open. */
  get(uri: string): OpenDocument | undefined {
    const document = this.#dockerfile(uri);
    if (document === undefined) return undefined;
    const last = this.#parsed.get(uri);
    if (last?.version === document.version) return last;
    const text = document.getText();
    const open = { uri, version: document.version, text, dockerfile: parseSafely(text, this.#log, last?.dockerfile) };
    this.#parsed.set(uri, open);
    return open;
  }

  /** The current version of an open compose file; undefined when it is not open. */
  compose(uri: string): PlainDocument | undefined {
    const document = this.#texts.get(uri);
    return document && isCompose(document) ? { uri, version: document.version, text: document.getText() } : undefined;
  }

  get ignoreFiles(): readonly string[] {
    return this.#texts.keys().filter(isIgnoreFile);
  }

  /** The current version of an open ignore file; undefined when it is not open. */
  ignoreFile(uri: string): PlainDocument | undefined {
    const document = isIgnoreFile(uri) ? this.#texts.get(uri) : undefined;
    return document && { uri, version: document.version, text: document.getText() };
  }

  /** Called when one is opened, edited or closed. */
  onIgnoreFile(listener: (uri: string) => void): void {
    const tell = ({ document }: { readonly document: TextDocument }) => {
      if (isIgnoreFile(document.uri)) listener(document.uri);
    };
    this.#texts.onDidChangeContent(tell);
    this.#texts.onDidClose(tell);
  }

  /** Of a Dockerfile. */
  versionOf(uri: string): number | undefined {
    return this.#dockerfile(uri)?.version;
  }

  onDidOpen(listener: (uri: string) => void): void {
    this.#texts.onDidOpen(ofDockerfiles(listener));
  }

  /** Called when a file is opened, too. */
  onDidChange(listener: (uri: string) => void): void {
    this.#texts.onDidChangeContent(ofDockerfiles(listener));
  }

  onDidSave(listener: (uri: string) => void): void {
    this.#texts.onDidSave(ofDockerfiles(listener));
  }

  onDidClose(listener: (uri: string) => void): void {
    this.#texts.onDidClose(ofDockerfiles(listener));
  }

  #dockerfile(uri: string): TextDocument | undefined {
    const document = this.#texts.get(uri);
    return document && isDockerfile(document) ? document : undefined;
  }
}

function ofDockerfiles(listener: (uri: string) => void): (event: { readonly document: TextDocument }) => void {
  return ({ document }) => {
    if (isDockerfile(document)) listener(document.uri);
  };
}

/** VS Code's name, and that of Vim and of others that follow it. */
const composeLanguages: ReadonlySet<string> = new Set(['dockercompose', 'yaml.docker-compose']);

/** Editors name its language in many ways; what is YAML is none. */
const isDockerfile = ({ languageId, uri }: TextDocument): boolean =>
  languageId !== 'yaml' && !composeLanguages.has(languageId) && !isIgnoreFile(uri);

/** Whatever an editor takes `Dockerfile.dockerignore` for. */
const isIgnoreFile = (uri: string): boolean => uri.endsWith('.dockerignore');

function isCompose({ languageId, uri }: TextDocument): boolean {
  if (languageId === 'yaml') return /(?:^|\/)(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$/i.test(uri);
  return composeLanguages.has(languageId);
}
