import { isSeparator, isSpace, skipSpace, spanOf, trimSpaceEnd, utf8At, widthAt } from './characters.ts';
import type { Flag, JoinedText, ParseError, Word } from './dockerfile.ts';
import { parseFlags } from './flags.ts';
import { behindStrayBytes, slice } from './joinedText.ts';
import { parseJsonForm } from './jsonForm.ts';
import { parseKeyValues } from './keyValues.ts';
import { keywordOf } from './keywords.ts';
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
  const { flags, end: flagsEnd, strayBytes } = parseFlags(slice(line, 0, end), keywordEnd, escapeToken);
  const bodyStart = strayBytes > 0 ? flagsEnd : Math.min(skipSpace(text, flagsEnd, end), end);
  const body = behindStrayBytes(slice(line, bodyStart, end), strayBytes);
  const parsed = parseArguments(keywordOf(keywordText), body, escapeToken, depth);
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

/** `CMD` or `NONE` first, then as CMD. Read byte by byte, as flags are. Source: parseHealthConfig in line_parsers.go. */
function parseHealthcheck(body: JoinedText): Arguments {
  const { text } = body;
  if (text === '') return { words: [], json: false };
  let typeEnd = 0;
  while (typeEnd < text.length && !utf8At(text, typeEnd).some(isSpace)) typeEnd += widthAt(text, typeEnd);
  const broken = typeEnd < text.length ? utf8At(text, typeEnd) : [];
  const lead = broken.findIndex(isSpace);
  const type = wordOf(body, 0, typeEnd);
  const behind = broken.slice(lead).findIndex((byte) => !isSpace(byte));
  let next = typeEnd + (lead > 0 ? widthAt(text, typeEnd) : 0);
  const strayBytes = lead > 0 && behind !== -1 ? broken.length - lead - behind : 0;
  if (strayBytes === 0)
    while (next < text.length && text.charCodeAt(next) < 0x80 && isSpace(text.charCodeAt(next))) next++;
  const command = jsonOr(wholeText, behindStrayBytes(slice(body, next, text.length), strayBytes));
  const first = lead > 0 ? { ...type, value: type.value + '\ufffd'.repeat(lead) } : type;
  return { ...command, words: [first, ...command.words] };
}
