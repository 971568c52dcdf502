import { isSeparator, skipSpace, spanOf, trimSpaceEnd } from './characters.ts';
import type { Flag, JoinedText, ParseError, Word } from './dockerfile.ts';
import { parseFlags } from './flags.ts';
import { slice } from './joinedText.ts';
import { parseJsonForm } from './jsonForm.ts';
import { parseKeyValues } from './keyValues.ts';
import { splitQuotedWords, splitWords, wordOf } from './words.ts';

/** What one line says, before heredocs and the place in the file are known. */
export interface InstructionText {
  readonly keywordText: string;
  readonly keywordStart: number;
  readonly flags: readonly Flag[];
  readonly words: readonly Word[];
  readonly json: boolean;
  readonly body: JoinedText;
  readonly trigger?: InstructionText;
  readonly error?: ParseError;
}

type Arguments = Pick<InstructionText, 'words' | 'json' | 'trigger' | 'error'>;

/** ONBUILD may trigger another ONBUILD for the parser (the build refuses it); deeper than this its text is left unread. */
const maxTriggers = 8;

/** Splits a line into keyword, flags and arguments. Source: newNodeFromLine, and splitCommand in split_command.go. */
export function parseInstruction(line: JoinedText, escapeToken: string, depth = 0): InstructionText {
  const { text } = line;
  const start = skipSpace(text, 0, text.length);
  const end = trimSpaceEnd(text, start, text.length);
  let keywordEnd = start;
  while (keywordEnd < end && !isSeparator(text.charCodeAt(keywordEnd))) keywordEnd++;
  const keywordText = text.slice(start, keywordEnd);
  const { flags, end: flagsEnd } = parseFlags(line, keywordEnd);
  const bodyStart = Math.min(skipSpace(text, flagsEnd, end), end);
  const body = slice(line, bodyStart, end);
  const parsed = parseArguments(keywordText.toUpperCase(), body, escapeToken, depth);
  return { keywordText, keywordStart: start, flags, body, ...parsed };
}

function parseArguments(keyword: string, body: JoinedText, escapeToken: string, depth: number): Arguments {
  switch (keyword) {
    case 'FROM':
    case 'EXPOSE':
      return { words: splitWords(body), json: false };
    case 'COPY':
    case 'ADD':
    case 'VOLUME':
      return jsonOr(splitWords, body);
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'SHELL':
      return jsonOr(wholeText, body);
    case 'HEALTHCHECK':
      return parseHealthcheck(body);
    case 'ENV':
    case 'LABEL':
      return { ...parseKeyValues(keyword, body, escapeToken), json: false };
    case 'ARG':
      return { words: splitQuotedWords(body, escapeToken), json: false };
    case 'MAINTAINER':
    case 'STOPSIGNAL':
    case 'USER':
    case 'WORKDIR':
      return { words: wholeText(body), json: false };
    case 'ONBUILD': {
      if (body.text === '' || depth >= maxTriggers) return { words: [], json: false };
      const trigger = parseInstruction(body, escapeToken, depth + 1);
      return { words: [], json: false, trigger, ...(trigger.error && { error: trigger.error }) };
    }
    default:
      return { words: [], json: false };
  }
}

function wholeText(body: JoinedText): readonly Word[] {
  return body.text === '' ? [] : [wordOf(body, 0, body.text.length)];
}

function jsonOr(otherForm: (body: JoinedText) => readonly Word[], body: JoinedText): Arguments {
  const words = parseJsonForm(body);
  if (words === 'notJson') return { words: otherForm(body), json: false };
  if (words !== 'notStrings') return { words, json: true };
  const message = 'An argument list in JSON form can hold strings only.';
  const span = spanOf(body, 0, body.text.length);
  return { words: [], json: false, error: { code: 'JsonNotStrings', message, span } };
}

/** `CMD` or `NONE` first, then as CMD. Source: parseHealthConfig in line_parsers.go. */
function parseHealthcheck(body: JoinedText): Arguments {
  const { text } = body;
  let typeEnd = 0;
  while (typeEnd < text.length && skipSpace(text, typeEnd, typeEnd + 1) === typeEnd) typeEnd++;
  if (typeEnd === 0) return { words: [], json: false };
  const command = jsonOr(wholeText, slice(body, skipSpace(text, typeEnd, text.length), text.length));
  return { ...command, words: [wordOf(body, 0, typeEnd), ...command.words] };
}
