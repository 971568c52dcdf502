import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Instruction, Span, Word } from '../../dockerfile/dockerfile.ts';
import { parseHeredocWord } from '../../dockerfile/heredocs.ts';
import { keyValues } from '../../dockerfile/keyValues.ts';
import { copySources } from '../copySources.ts';
import type { Rule } from '../rule.ts';

/** More than an instruction takes. Source: the parse functions of BuildKit's instructions/parse.go. */
export const surplusArgument: Rule = {
  name: 'SurplusArgument',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const { keyword, words } of instructions) {
      const [first, second, third] = words;
      if (keyword === 'FROM' && second && !(words.length === 2 && isAs(second))) {
        if (words.length === 3 && isAs(second)) continue;
        if (isAs(second)) report(between(words[3]!, words), 'FROM ends with the name of the stage. Remove the rest.');
        else if (third && words.length === 3)
          report(second.span, `FROM has AS between the image and the stage's name, not "${second.value}".`);
        else report(between(second, words), 'FROM takes an image, or an image AS a name. Remove the rest.');
      }
      if (keyword === 'HEALTHCHECK' && second && first!.value.toUpperCase() === 'NONE')
        report(between(second, words), 'HEALTHCHECK NONE stands alone. Remove the rest.');
    }
  },
};

function isAs({ value }: Word): boolean {
  return value.toLowerCase() === 'as';
}

function between(first: Word, words: readonly Word[]): Span {
  return { start: first.span.start, end: words.at(-1)!.span.end };
}

/** What stands where something else has to. Source: instructions/parse.go and dockerfile2llb/convert_copy.go of BuildKit. */
export const invalidArgument: Rule = {
  name: 'InvalidArgument',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const instruction of instructions) {
      const finding = invalid(instruction);
      if (finding) report(...finding);
    }
  },
};

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

const untriggered = new Set(['ONBUILD', 'FROM', 'MAINTAINER']);

/** Source: parseOnBuild in BuildKit's instructions/parse.go. */
export const invalidTrigger: Rule = {
  name: 'InvalidTrigger',
  aliases: ['DL3043'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions }, report) {
    for (const { trigger } of instructions) {
      if (trigger && untriggered.has(trigger.keyword))
        report(trigger.keywordSpan, `ONBUILD cannot trigger ${trigger.keyword}.`);
    }
  },
};
