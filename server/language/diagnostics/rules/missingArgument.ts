import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction } from '../../dockerfile/dockerfile.ts';
import type { Keyword } from '../../dockerfile/keywords.ts';
import type { Fix, Rule } from '../rule.ts';

/** What each instruction needs at least. RUN, CMD and ENTRYPOINT may stand alone. */
const needs: Partial<Record<Keyword, string>> = {
  ADD: 'a source and a destination',
  ARG: 'a name',
  COPY: 'a source and a destination',
  ENV: 'a name and a value',
  EXPOSE: 'a port',
  FROM: 'an image',
  HEALTHCHECK: 'CMD and a command, or NONE',
  LABEL: 'a key and a value',
  MAINTAINER: 'a name',
  ONBUILD: 'an instruction to run later',
  SHELL: 'a command in JSON form',
  STOPSIGNAL: 'a signal',
  USER: 'a user',
  VOLUME: 'a path',
  WORKDIR: 'a path',
};

/** An instruction that ends too early. Source: the parse functions of BuildKit's instructions/parse.go. */
export const missingArgument: Rule = {
  name: 'MissingArgument',
  eachAlone: true,
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const instruction of instructions) {
      const need = missing(instruction);
      if (need)
        report(instruction.keywordSpan, `${instruction.keyword} needs ${need}.`, { fix: () => withoutAs(instruction) });
    }
  },
};

/** A FROM that was to name its stage, and does not. */
function withoutAs({ keyword, words }: Instruction): Fix | undefined {
  const [image, as] = words;
  if (keyword !== 'FROM' || !image || !as) return undefined;
  const edit = { span: { start: image.span.end, end: as.span.end }, text: '' };
  return { title: `Remove ${as.value}`, edits: [edit], safe: false };
}

function missing({ keyword, words, body }: Instruction): string | undefined {
  switch (keyword) {
    case 'ADD':
    case 'COPY':
      return words.length < 2 ? needs[keyword] : undefined;
    case 'FROM':
      return words.length === 2 && words[1]!.value.toLowerCase() === 'as'
        ? 'a stage name behind AS'
        : empty(words.length);
    case 'HEALTHCHECK':
      return words.length === 1 && words[0]!.value.toUpperCase() === 'CMD'
        ? 'a command behind CMD'
        : empty(words.length);
    case 'ONBUILD':
      return empty(body.text.length);
    default:
      return empty(words.length);
  }
  function empty(length: number): string | undefined {
    return length === 0 ? needs[keyword as Keyword] : undefined;
  }
}
