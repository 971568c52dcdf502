import type { Dockerfile, Instruction } from './dockerfile.ts';
import { isKnownKeyword } from './keywords.ts';

/** One node of BuildKit's parse tree; fields that hold nothing are left out. Lines from 1. */
export interface ParserNode {
  readonly value: string;
  readonly flags?: readonly string[];
  readonly args: readonly string[];
  readonly json?: true;
  readonly heredocs?: readonly ParserHeredoc[];
  readonly start: number;
  readonly end: number;
}

interface ParserHeredoc {
  readonly Name: string;
  readonly FileDescriptor: number;
  readonly Expand: boolean;
  readonly Chomp: boolean;
  readonly Content: string;
}

export type ParserAnswer =
  | { readonly escape: string; readonly nodes: readonly ParserNode[] }
  | { readonly error: string };

/** A Dockerfile in the words of BuildKit's own parser, for comparing with it. */
export function parserNodes(dockerfile: Dockerfile): ParserAnswer {
  if (dockerfile.error) return { error: dockerfile.error.message };
  return { escape: dockerfile.escape, nodes: dockerfile.instructions.map(toNode) };
}

function toNode(instruction: Instruction): ParserNode {
  const { keyword, keywordText, flags, words, json, heredocs, startLine, endLine } = instruction;
  return {
    value: keywordText,
    ...(flags.length > 0 && { flags: flags.map(({ text }) => text) }),
    // BuildKit's parser hands on one empty argument of an instruction that it does not know.
    args: isKnownKeyword(keyword) ? words.map(({ value }) => value) : [''],
    ...(json && { json }),
    ...(heredocs.length > 0 && {
      heredocs: heredocs.map(({ name, fileDescriptor, expand, chomp, content }) => ({
        Name: name,
        FileDescriptor: fileDescriptor,
        Expand: expand,
        Chomp: chomp,
        Content: content,
      })),
    }),
    start: startLine + 1,
    end: endLine + 1,
  };
}
