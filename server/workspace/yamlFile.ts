import type { Range } from 'vscode-languageserver-types';
import type * as Yaml from 'yaml';
import type { Document, Node } from 'yaml';
import { shownText } from '../language/shownText.ts';

/** Something wrong in a configuration file. */
export interface FileProblem {
  readonly range: Range;
  readonly message: string;
  /** `error`: nothing of the file counts. `warning`: all but this does. */
  readonly severity: 'error' | 'warning';
}

/** What stands behind a key; `null` where nothing does, which is as if the key was not there. */
export type YamlValue = Node | null;

export interface YamlEntry {
  readonly key: string;
  readonly keyNode: Node;
  readonly value: YamlValue;
}

export interface TextsOptions {
  /** Whether a text alone is a list of one. */
  readonly single?: boolean;
  /** What is wrong with a text, in a sentence. */
  readonly check?: (text: string) => string | undefined;
}

/** What is wrong with more than so many things in a file is not read by anyone. */
const maxProblems = 100;

/**
 * A YAML file, read with suspicion: what is not of the kind that is asked for is a problem at its place, and absent.
 * Only what is asked for is looked at, so anchors that multiply cost nothing.
 */
export class YamlFile {
  readonly problems: FileProblem[] = [];
  readonly #yaml: typeof Yaml;
  readonly #lines: Yaml.LineCounter;
  readonly #document: Document | undefined;
  #anchors: ReadonlyMap<string, Node> | undefined;

  private constructor(yaml: typeof Yaml, text: string) {
    this.#yaml = yaml;
    this.#lines = new yaml.LineCounter();
    try {
      // The library would compare each key with each other one, which takes seconds for a file that is full of them.
      const options = { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false };
      const document = yaml.parseDocument(text, options);
      const [broken] = document.errors;
      if (broken) this.#refuse(reasonOf(broken), broken.pos[0], Math.min(broken.pos[1], text.length));
      else this.#document = document;
    } catch (error) {
      const deep = error instanceof RangeError; // the stack
      this.#refuse(deep ? 'it is nested too deep.' : String(error), 0, 0);
    }
  }

  static async parse(text: string): Promise<YamlFile> {
    return new YamlFile(await import('yaml'), text);
  }

  /** Undefined where the file is no YAML. */
  get root(): YamlValue | undefined {
    return this.#document && this.#known(this.#document.contents);
  }

  /** `what` names the value in messages: `"override"`. */
  entries(value: YamlValue, what: string): readonly YamlEntry[] {
    if (value === null) return [];
    if (!this.#yaml.isMap<unknown, unknown>(value)) {
      this.report(value, `${what} has to be keys with values, as in "key: value".`);
      return [];
    }
    const seen = new Set<string>();
    return value.items.flatMap((pair) => {
      const keyNode = pair.key as Node;
      const key = this.#yaml.isScalar(keyNode) ? String(keyNode.value) : undefined;
      if (key === undefined || seen.has(key)) {
        this.report(keyNode, key === undefined ? 'A key has to be a text.' : `"${key}" is here a second time.`);
        return [];
      }
      seen.add(key);
      return [{ key, keyNode, value: this.#known(pair.value as Node | null) }];
    });
  }

  /** The texts of a list. What `check` says of one is reported, and the text stays. */
  texts(value: YamlValue, what: string, { single = false, check }: TextsOptions = {}): readonly string[] {
    if (value === null) return [];
    if (this.#yaml.isSeq<unknown>(value))
      return value.items.flatMap((item) => {
        const node = this.#known(item as Node);
        const text = this.text(node, `Each entry of ${what}`);
        const problem = text === undefined ? undefined : check?.(text);
        if (problem !== undefined) this.report(item as Node, problem);
        return text ?? [];
      });
    if (single) return [this.text(value, what) ?? []].flat();
    this.report(value, `${what} has to be a list: a line "- …" for each entry.`);
    return [];
  }

  text(value: YamlValue, what: string): string | undefined {
    if (value === null) return undefined;
    if (this.#yaml.isScalar(value) && typeof value.value === 'string') return value.value;
    this.report(value, `${what} has to be a text.`);
    return undefined;
  }

  flag(value: YamlValue, what: string): boolean | undefined {
    if (value === null) return undefined;
    if (this.#yaml.isScalar(value) && typeof value.value === 'boolean') return value.value;
    this.report(value, `${what} has to be true or false.`);
    return undefined;
  }

  report(node: Node, message: string): void {
    const { range } = node;
    if (range && this.problems.length < maxProblems) this.#add(range[0], range[1], message, 'warning');
  }

  /** The node behind an alias; `null` for an empty value. */
  #known(node: Node | null): YamlValue {
    const { isAlias, isScalar } = this.#yaml;
    let known = node;
    if (isAlias(node)) {
      this.#anchors ??= this.#findAnchors();
      known = this.#anchors.get(node.source) ?? null;
      if (known === null) this.report(node, `There is no "&${node.source}" in this file.`);
    }
    return isAlias(known) || (isScalar(known) && known.value === null) ? null : known;
  }

  /** The library would look through the whole file for each alias. */
  #findAnchors(): ReadonlyMap<string, Node> {
    const anchors = new Map<string, Node>();
    this.#yaml.visit(this.#document ?? null, {
      Value(_, node) {
        if (node.anchor) anchors.set(node.anchor, node);
      },
    });
    return anchors;
  }

  #refuse(reason: string, start: number, end: number): void {
    const message = `This is not valid YAML, so Gantry goes on without it: ${reason}`;
    this.#add(start, Math.max(start, end), message, 'error');
  }

  #add(start: number, end: number, message: string, severity: FileProblem['severity']): void {
    const range = { start: this.#positionAt(start), end: this.#positionAt(end) };
    this.problems.push({ range, message: shownText(message), severity });
  }

  #positionAt(offset: number): Range['start'] {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line - 1, 0), character: Math.max(col - 1, 0) };
  }
}

function reasonOf({ code, message }: Yaml.YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS') return 'there is more than one document in it.';
  if (/call stack/i.test(message)) return 'it is nested too deep.';
  return message;
}
