import type { Heredoc, Instruction, ParseError, Span } from './dockerfile.ts';
import type { InstructionText } from './instruction.ts';
import { keywordOf } from './keywords.ts';

/** What an instruction and the one that it triggers have in common. */
export type Frame = Pick<
  Instruction,
  'source' | 'span' | 'startLine' | 'endLine' | 'blankLines' | 'docComments' | 'stage' | 'heredocs'
>;

/**
 * An instruction read by itself. A class, as all that is found in a file is read from thousands of these: objects of one shape are
 * small and quick to look at.
 */
export class OwnInstruction implements Instruction {
  readonly source: string;
  readonly keyword: string;
  readonly keywordText: string;
  readonly keywordSpan: Span;
  readonly span: Span;
  readonly startLine: number;
  readonly endLine: number;
  readonly blankLines: readonly number[];
  readonly docComments: readonly string[];
  readonly stage: number | undefined;
  readonly flags: Instruction['flags'];
  readonly words: Instruction['words'];
  readonly json: boolean;
  readonly body: Instruction['body'];
  readonly heredocs: readonly Heredoc[];
  readonly trigger: Instruction | undefined;
  readonly error: ParseError | undefined;

  constructor(
    { keywordText, flags, words, json, body }: InstructionText,
    frame: Frame,
    keywordSpan: Span,
    trigger: Instruction | undefined,
    error: ParseError | undefined,
  ) {
    this.source = frame.source;
    this.keyword = keywordOf(keywordText);
    this.keywordText = keywordText;
    this.keywordSpan = keywordSpan;
    this.span = { start: keywordSpan.start, end: frame.span.end };
    this.startLine = frame.startLine;
    this.endLine = frame.endLine;
    this.blankLines = frame.blankLines;
    this.docComments = frame.docComments;
    this.stage = frame.stage;
    this.flags = flags;
    this.words = words;
    this.json = json;
    this.body = body;
    this.heredocs = frame.heredocs;
    this.trigger = trigger;
    this.error = error;
  }

  get own(): Instruction {
    return this;
  }
}
