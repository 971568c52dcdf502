import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { instructionAt } from '../dockerfile/at.ts';
import { wellKnownEnvironment } from '../dockerfile/baseEnvironment.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../dockerfile/place.ts';
import { appliesIn } from './applies.ts';
import { Contexts } from './contexts.ts';
import { defaultLintOptions, type LintOptions, severityOf } from './lintOptions.ts';
import type {
  FileRule,
  Fix,
  InstructionContext,
  InstructionRule,
  Knowledge,
  Related,
  Report,
  ReportMore,
  Rule,
} from './rule.ts';
import { rules } from './rules.ts';
import { findShells } from './shells.ts';

/** One thing that is wrong in a Dockerfile. */
export interface Finding {
  readonly rule: Rule;
  /** The rule's own, unless the user or the file asks for another. */
  readonly severity: DiagnosticSeverity;
  /** What exactly is at fault. */
  readonly span: Span;
  readonly message: string;
  readonly related?: Related;
  /** The ways out, the best first. */
  readonly fixes?: () => readonly Fix[];
}

/** What is kept from one version of a file to the next: what was found in the instructions that nobody has touched. */
export class LintMemory {
  readonly contexts = new Contexts();
  readonly #findings = {
    basic: new WeakMap<InstructionContext, OwnFindings>(),
    lint: new WeakMap<InstructionContext, OwnFindings>(),
  };

  findingsOf(instruction: Instruction, context: InstructionContext, family: Family): OwnFindings {
    const known = this.#findings[family].get(context);
    if (known) return known;
    const findings = ownFindings(instruction.own, context, ownRules[family]);
    this.#findings[family].set(context, findings);
    return findings;
  }
}

/** `lint`: hadolint's rules and our own. What BuildKit itself says does not wait for them. */
type Family = 'basic' | 'lint';
type OwnFindings = readonly OwnFinding[];

/** A finding of an instruction read by itself. */
interface OwnFinding {
  readonly rule: Rule;
  readonly span: Span;
  readonly message: string;
  readonly related?: Related | undefined;
  readonly fix?: ReportMore['fix'];
}

const noKnowledge: Knowledge = { environmentOf: wellKnownEnvironment };

/** What the rules find, rule by rule. What the parser refuses is not among it: that is `dockerfile.error`. */
export function findingsIn(
  dockerfile: Dockerfile,
  knowledge: Knowledge = noKnowledge,
  options: LintOptions = defaultLintOptions,
  memory: LintMemory = new LintMemory(),
): readonly Finding[] {
  const findings: Finding[] = [];
  const unread = unreadParts(dockerfile);
  const applies = appliesIn(dockerfile, options.hadolint);
  const shells = findShells(dockerfile);
  // Dozens of rules ask for that of each instruction.
  const contexts = new Map<Instruction, InstructionContext>();
  const contextOf = (instruction: Instruction): InstructionContext => {
    let context = contexts.get(instruction);
    if (!context) {
      context = memory.contexts.of(instruction, dockerfile, shells, knowledge.shell);
      contexts.set(instruction, context);
    }
    return context;
  };

  const severities = new Map<Rule, DiagnosticSeverity>();
  for (const rule of rules) {
    const severity = severityOf(rule, options);
    if (severity === undefined || (rule.kind !== 'error' && !applies.somewhere(rule))) continue;
    const failsBuild = rule.kind === 'check' && applies.file.error;
    severities.set(rule, failsBuild ? DiagnosticSeverity.Error : severity);
  }

  function add(rule: Rule, span: Span, message: string, { cause, related, fix }: ReportMore): void {
    const severity = severities.get(rule);
    if (severity === undefined) return;
    if (unread.some(({ start, end }) => start <= span.start && span.start <= end)) return;
    if (rule.kind !== 'error' && !applies.at(rule, span.start, cause)) return;
    const fixes = fix && { fixes: () => [fix() ?? []].flat() };
    findings.push({ rule, severity, span, message, ...(related && { related }), ...fixes });
  }

  for (const [rule] of severities) {
    if (!('check' in rule) || rule.eachAlone) continue;
    const report: Report = (span, message, more = {}) => add(rule, span, message, more);
    rule.check(dockerfile, report, knowledge, contextOf);
  }
  const lints = [...severities.keys()].some(({ kind }) => kind === 'lint');
  for (const instruction of dockerfile.instructions) {
    const context = contextOf(instruction);
    addOwn(instruction, memory.findingsOf(instruction, context, 'basic'));
    if (lints) addOwn(instruction, memory.findingsOf(instruction, context, 'lint'));
  }
  return findings;

  function addOwn(instruction: Instruction, own: OwnFindings): void {
    if (own.length === 0) return;
    const offset = offsetOf(instruction);
    for (const { rule, span, message, related, fix } of own)
      add(rule, shift(span, offset), message, {
        ...(related && { related: { ...related, span: shift(related.span, offset) } }),
        ...(fix && { fix: () => [fix() ?? []].flat().map(moved(offset)) }),
      });
  }
}

function moved(offset: number): (fix: Fix) => Fix {
  return (fix) => ({ ...fix, edits: fix.edits.map(({ span, text }) => ({ span: shift(span, offset), text })) });
}

interface OwnRules {
  readonly byKeyword: ReadonlyMap<string, readonly InstructionRule[]>;
  readonly eachAlone: readonly FileRule[];
}

const ownRules: Readonly<Record<Family, OwnRules>> = {
  basic: ownRulesOf(rules.filter(({ kind }) => kind !== 'lint')),
  lint: ownRulesOf(rules.filter(({ kind }) => kind === 'lint')),
};

function ownRulesOf(among: readonly Rule[]): OwnRules {
  const byKeyword = new Map<string, InstructionRule[]>();
  const eachAlone: FileRule[] = [];
  for (const rule of among) {
    if ('check' in rule) {
      if (rule.eachAlone) eachAlone.push(rule);
    } else for (const keyword of rule.keywords) byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), rule]);
  }
  return { byKeyword, eachAlone };
}

function ownFindings(own: Instruction, context: InstructionContext, { byKeyword, eachAlone }: OwnRules): OwnFindings {
  const findings: OwnFinding[] = [];
  const reportFor =
    (rule: Rule): Report =>
    (span, message, { related, fix } = {}) =>
      void findings.push({ rule, span, message, related, fix });
  for (let at: Instruction | undefined = own; at; at = at.trigger) {
    for (const rule of byKeyword.get(at.keyword) ?? []) rule.checkInstruction(at, reportFor(rule), context);
  }
  const file = { text: own.source, lineStarts: [0], escape: context.escape, directives: [], comments: [], stages: [] };
  const alone: Dockerfile = { ...file, instructions: [own] };
  for (const rule of eachAlone) rule.check(alone, reportFor(rule), noKnowledge, () => context);
  return findings;
}

/** What rules have nothing to say about: the instruction that the parser refused, and all from a heredoc without end. */
function unreadParts(dockerfile: Dockerfile): readonly Span[] {
  const { error, text, instructions } = dockerfile;
  if (!error) return [];
  const refused = instructionAt(dockerfile, error.span.start);
  const endless = instructions.find(({ own }) => own.error?.code === 'UnterminatedHeredoc');
  return [...(refused ? [refused.span] : []), ...(endless ? [{ start: endless.span.start, end: text.length }] : [])];
}
