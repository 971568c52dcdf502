import { instructionAt } from '../dockerfile/at.ts';
import { spanOf } from '../dockerfile/characters.ts';
import type { Dockerfile, Instruction, ParseError } from '../dockerfile/dockerfile.ts';
import { heredocStarts } from '../dockerfile/heredocs.ts';
import { keywords } from '../dockerfile/keywords.ts';
import { insertion, lineBreakIn, removeLines, replace } from './fixes.ts';
import { missingEqualsFixes } from './missingEquals.ts';
import type { Fix } from './rule.ts';

/** The ways out of what the parser refuses, the best first. None is safe: the file means nothing before. */
export function parseErrorFixes(dockerfile: Dockerfile): readonly Fix[] {
  const { error } = dockerfile;
  if (!error) return [];
  const instruction = instructionAt(dockerfile, error.span.start);
  switch (error.code) {
    case 'DuplicateDirective':
      return [removeDirective(dockerfile, error)];
    case 'InvalidEscape':
      return escapeFixes(dockerfile, error);
    case 'UnterminatedHeredoc':
      return instruction ? heredocEnds(dockerfile, instruction) : [];
    case 'JsonNotStrings':
      return instruction ? quotedValues(instruction) : [];
    case 'MissingEquals':
    case 'MissingArgument':
      return instruction ? missingEqualsFixes(dockerfile, instruction, error) : [];
    default:
      return [];
  }
}

function removeDirective(dockerfile: Dockerfile, error: ParseError): Fix {
  return { title: 'Remove this directive', edits: [removeLines(dockerfile, error)], safe: false };
}

function escapeFixes({ text }: Dockerfile, { span }: ParseError): readonly Fix[] {
  const meant = /^["']?([\\`])/.exec(text.slice(span.start, span.end))?.[1];
  return (meant === undefined ? ['\\', '`'] : [meant]).map((ch) => replace(span, ch, false));
}

/** In front of what looks like the next instruction, and at the end of the file. */
function heredocEnds({ text }: Dockerfile, instruction: Instruction): readonly Fix[] {
  const holder = instruction.trigger ?? instruction;
  const missing = heredocStarts(holder.body.text).slice(instruction.heredocs.length);
  if (missing.length === 0) return [];
  const lineBreak = lineBreakIn(text);
  const ends = missing.map(({ name }) => name + lineBreak).join('');
  const names = missing.map(({ name }) => name).join(' and ');
  const feed = text.indexOf('\n', instruction.heredocs.at(-1)?.bodySpan.end ?? instruction.span.end);
  const next = new RegExp(`^(?:${keywords.join('|')})[\\t ]`, 'gm');
  next.lastIndex = feed === -1 ? text.length : feed + 1;
  const found = next.exec(text)?.index;
  const before = text.endsWith('\n') ? '' : lineBreak;
  const atEnd: Fix = {
    title: `End the heredoc with ${names} at the end of the file`,
    edits: [{ span: { start: text.length, end: text.length }, text: before + ends }],
    safe: false,
  };
  if (found === undefined) return [atEnd];
  const edit = insertion(found, ends);
  return [{ title: `End the heredoc with ${names} before the next instruction`, edits: [edit], safe: false }, atEnd];
}

/** `["sleep", 5]` with its numbers in quotes; nothing where other arrays or objects are inside. */
function quotedValues(instruction: Instruction): readonly Fix[] {
  const { body } = instruction.trigger ?? instruction;
  const edits: Fix['edits'][number][] = [];
  const token = /"(?:[^"\\]|\\.)*"|[\w.+-]+|[[{]/g;
  token.lastIndex = body.text.indexOf('[') + 1;
  for (const match of body.text.matchAll(token)) {
    const [text] = match;
    if (text === '[' || text === '{') return [];
    if (!text.startsWith('"'))
      edits.push({ span: spanOf(body, match.index, match.index + text.length), text: `"${text}"` });
  }
  return edits.length === 0 ? [] : [{ title: 'Put it in quotes', edits, safe: false }];
}
