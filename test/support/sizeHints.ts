import { createHash } from 'node:crypto';
import type { InlayHint, Range } from 'vscode-languageserver-types';
import { failed, type Known, known } from '../../common/known.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import type { ContextCopy, ContextSize, Contexts } from '../../server/language/host.ts';
import { inlayHints } from '../../server/language/inlayHints.ts';
import { SizeReader, type SizeWorld } from '../../server/language/sizes/fileSizes.ts';
import { defaultSizeOptions } from '../../server/language/sizes/sizeOptions.ts';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const everything = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };

/** The hints of a text, by everything that is in memory. */
export function hintsIn(
  text: string,
  world: Pick<SizeWorld, 'images' | 'contexts'>,
  options = defaultSizeOptions,
  range: Range = everything,
): InlayHint[] {
  const dockerfile = parse(text);
  const sizes = new SizeReader({ ...world, hash: sha256 }).of('file:///Dockerfile', dockerfile);
  return inlayHints(dockerfile, range, sizes, options);
}

/** A context of files that a test makes up: sizes and times of change by name. Sources are names, `.` is all of them. */
export class InMemoryContexts implements Contexts {
  readonly files = new Map<string, { readonly bytes: number; readonly changedAt: number }>();
  /** What every question is answered with, in place of the files. */
  answer: Known<ContextSize> | undefined;

  copied(_uri: string, { sources, exclude }: ContextCopy): Known<ContextSize> {
    if (this.answer) return this.answer;
    const wanted = [...this.files].filter(
      ([name]) => sources.some((source) => source === '.' || source === name) && !exclude.includes(name),
    );
    if (wanted.length === 0) return failed({ kind: 'notFound', subject: sources.join(), message: 'It is not there.' });
    const bytes = wanted.reduce((sum, [, file]) => sum + file.bytes, 0);
    return known({ files: wanted.length, bytes, changedAt: Math.max(...wanted.map(([, f]) => f.changedAt)) }, 0);
  }

  whole(uri: string): Known<ContextSize> {
    return this.copied(uri, { keyword: 'COPY', sources: ['.'], exclude: [] });
  }

  onDidChange(): () => void {
    return () => {};
  }
}
