import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction, Span, Word } from '../../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../../dockerfile/heredocs.ts';
import { keyValues } from '../../dockerfile/keyValues.ts';
import { flagDocs } from '../../docs/flags.ts';
import { plainWords } from '../../refactor/words.ts';
import { copySources } from '../copySources.ts';
import { replace } from '../fixes.ts';
import { jsonRepair } from '../jsonRepair.ts';
import type { Fix, Rule } from '../rule.ts';
import { nearest } from '../suggest.ts';

/** More than an instruction takes. Source: the parse functions of BuildKit's instructions/parse.go. */
export const surplusArgument: Rule = {
  name: 'SurplusArgument',
  eachAlone: true,
  reads: ['FROM', 'HEALTHCHECK'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions, text }, report) {
    const rest = (span: Span, message: string) => report(span, message, { fix: () => removed(text, span) });
    for (const { keyword, keywordText, words } of instructions) {
      const [first, second, third] = words;
      if (keyword === 'FROM' && second && !(words.length === 2 && isAs(second))) {
        if (words.length === 3 && isAs(second)) continue;
        if (isAs(second)) rest(between(words[3]!, words), 'FROM ends with the name of the stage. Remove the rest.');
        else if (third && words.length === 3)
          report(second.span, `FROM has AS between the image and the stage's name, not "${second.value}".`, {
            fix: () =>
              second.value.startsWith('#') || !isName(third)
                ? removed(text, between(second, words))
                : [replace(second.span, as(keyword, keywordText), false), removed(text, between(second, words))],
          });
        else if (words.length === 2 && isName(second))
          report(second.span, 'FROM takes an image, or an image AS a name. Remove the rest.', {
            fix: () => [named(second, as(keyword, keywordText)), removed(text, second.span)],
          });
        else rest(between(second, words), 'FROM takes an image, or an image AS a name. Remove the rest.');
      }
      if (keyword === 'HEALTHCHECK' && second && first!.value.toUpperCase() === 'NONE')
        rest(between(second, words), 'HEALTHCHECK NONE stands alone. Remove the rest.');
    }
  },
};

/** Takes away what is too much, with the blanks before it. */
function removed(text: string, span: Span): Fix {
  const start = text.slice(0, span.start).trimEnd().length;
  const joined = /[\n\\`]/.test(text.slice(start, span.start)) || /[\\`]/.test(text[start - 1] ?? '');
  const from = joined ? span.start : start;
  return { title: 'Remove the rest', edits: [{ span: { start: from, end: span.end }, text: '' }], safe: false };
}

function named({ value, span: { start } }: Word, asText: string): Fix {
  return {
    title: `Name the stage "${value}"`,
    edits: [{ span: { start, end: start }, text: `${asText} ` }],
    safe: false,
  };
}

function as(keyword: string, keywordText: string): string {
  return keyword === keywordText ? 'AS' : 'as';
}

function isName({ value }: Word): boolean {
  return /^[a-z][\w.-]*$/i.test(value);
}

function isAs({ value }: Word): boolean {
  return value.toLowerCase() === 'as';
}

function between(first: Word, words: readonly Word[]): Span {
  return { start: first.span.start, end: words.at(-1)!.span.end };
}

/** What stands where something else has to. Source: instructions/parse.go and dockerfile2llb/convert_copy.go of BuildKit. */
export const invalidArgument: Rule = {
  name: 'InvalidArgument',
  eachAlone: true,
  reads: ['HEALTHCHECK', 'SHELL', 'RUN', 'VOLUME', 'COPY', 'ADD'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const instruction of instructions) {
      const finding = invalid(instruction);
      if (finding) report(...finding, { fix: () => meant(instruction) });
    }
  },
};

/** What was meant, where that can be known. */
function meant(instruction: Instruction): Fix | undefined {
  const { keyword, keywordSpan, keywordText, flags, words } = instruction;
  const [first] = words;
  if (keyword === 'HEALTHCHECK') {
    const { start } = first!.span;
    const type = nearest(first!.value.toUpperCase(), ['CMD', 'NONE']);
    if (type !== undefined) return replace(first!.span, type, false);
    return { title: 'Write CMD before it', edits: [{ span: { start, end: start }, text: 'CMD ' }], safe: false };
  }
  if (keyword === 'SHELL') {
    const list = jsonRepair(first!.value)?.text ?? jsonList(plainWords(first!.value));
    return list === undefined ? undefined : { ...replace(first!.span, list, false), title: 'Write it as JSON' };
  }
  const asAdd = keyword === 'COPY' && flags.every(({ name }) => flagDocs['ADD']!.some((docs) => docs.name === name));
  if (!asAdd || parseHeredocWord(words.at(-1)!.value)) return undefined;
  return replace(keywordSpan, keywordText === keyword ? 'ADD' : 'add', false);
}

function jsonList(words: readonly string[] | undefined): string | undefined {
  return words && `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

function invalid(instruction: Instruction): readonly [Span, string] | undefined {
  const { keyword, words, json, span } = instruction;
  const [first] = words;
  switch (keyword) {
    case 'HEALTHCHECK':
      if (!first || /^(?:CMD|NONE)$/i.test(first.value)) return undefined;
      return [first.span, `HEALTHCHECK begins with CMD or NONE, not "${first.value}".`];
    case 'SHELL':
      if (json || !first) return undefined;
      return [first.span, 'SHELL has to be in JSON form, such as SHELL ["/bin/bash", "-c"].'];
    case 'RUN':
      return json && !first ? [span, 'RUN has no command.'] : undefined;
    case 'VOLUME': {
      const blank = words.find(({ value }) => value.trim() === '');
      return blank && [blank.span, 'VOLUME has an empty path.'];
    }
    case 'COPY':
    case 'ADD':
      return invalidCopy(instruction);
    default:
      return undefined;
  }
}

function invalidCopy(instruction: Instruction): readonly [Span, string] | undefined {
  const { keyword, words } = instruction;
  if (words.length < 2) return undefined;
  const target = words.at(-1)!;
  if (parseHeredocWord(target.value))
    return [target.span, `${keyword} ends with the destination; a heredoc cannot be it.`];
  if (keyword === 'ADD') return undefined;
  const remote = copySources(instruction).find(({ value }) => /^(?:https?|git|ssh):\/\/|^git@[\w.-]+:/.test(value));
  return remote && [remote.span, 'COPY takes files of the build context only. Use ADD for a download or a repository.'];
}

/** `ENV =value`: nothing stands before the equals sign. Source: parseKvps and parseArg in instructions/parse.go. */
export const blankName: Rule = {
  name: 'BlankName',
  eachAlone: true,
  reads: ['ENV', 'LABEL', 'ARG'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const instruction of instructions) {
      const { keyword } = instruction;
      if (keyword !== 'ENV' && keyword !== 'LABEL' && keyword !== 'ARG') continue;
      for (const { key, value } of keyValues(instruction)) {
        if (key.value === '') report(value?.span ?? key.span, `${keyword} has a value without a name.`);
      }
    }
  },
};
