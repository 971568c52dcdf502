import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { spanOf } from '../../dockerfile/characters.ts';
import type { Instruction } from '../../dockerfile/dockerfile.ts';
import { slice } from '../../dockerfile/joinedText.ts';
import { type JsonRepair, jsonRepair } from '../jsonRepair.ts';
import type { Fix, InstructionContext, InstructionRule, Report } from '../rule.ts';

const keywords = ['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'HEALTHCHECK', 'RUN', 'VOLUME'];

/** JSON knows one kind of quotes; with any other it is a command for the shell, or a list of words. */
export const singleQuotedJson: InstructionRule = {
  name: 'SingleQuotedJson',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  keywords,
  checkInstruction(instruction, report, context) {
    reportRepair(instruction, report, context, 'quotes', 'the JSON form takes double quotes only');
  },
};

/** What begins as JSON and is none: BuildKit passes over that, and takes it for the other form. */
export const brokenJson: InstructionRule = {
  name: 'BrokenJson',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  keywords,
  checkInstruction(instruction, report, context) {
    reportRepair(instruction, report, context, 'broken', 'this is not valid JSON');
  },
};

function reportRepair(
  instruction: Instruction,
  report: Report,
  { text }: InstructionContext,
  kind: JsonRepair['kind'],
  reason: string,
): void {
  const { keyword, body, json, heredocs } = instruction;
  if (json || heredocs.length > 0 || !body.text.includes('[')) return;
  const start = keyword === 'HEALTHCHECK' ? Math.max(body.text.search(/\[/), 0) : 0;
  if (keyword === 'HEALTHCHECK' && !/^CMD\s+$/i.test(body.text.slice(0, start))) return;
  const written = slice(body, start, body.text.length);
  const repair = jsonRepair(written.text);
  if (repair?.kind !== kind) return;
  const span = spanOf(written, 0, written.text.length);
  const takes = keyword === 'COPY' || keyword === 'ADD' || keyword === 'VOLUME' ? 'a list of words' : 'a shell command';
  report(span, `${keyword} takes this for ${takes}: ${reason}.`, {
    fix: (): Fix | undefined => {
      if (repair.text === undefined || /^[\t ]*#/m.test(text.slice(span.start, span.end))) return undefined;
      return { title: 'Write it as JSON', edits: [{ span, text: repair.text }], safe: false };
    },
  });
}
