import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { instructionAt } from '../dockerfile/at.ts';
import { wellKnownEnvironment } from '../dockerfile/baseEnvironment.ts';
import type { Dockerfile, Instruction, Span } from '../dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../dockerfile/place.ts';
import { appliesIn } from './applies.ts';
import { Contexts } from './contexts.ts';
import { declareArguments } from './declareArguments.ts';
import { defaultLintOptions, type LintOptions, severityOf } from './lintOptions.ts';
import { type Checked, stillQuiet } from './quiet.ts';
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

/**
 * What is kept from one version of a file to the next: what was found in the instructions that nobody has touched, and which rules
 * found nothing.
 */
export class LintMemory {
  readonly contexts: Contexts;
  checked: Checked | undefined;
  readonly #findings: Readonly<Record<Family, WeakMap<InstructionContext, OwnFindings>>>;

  /** `other`: for versions that are looked at beside those which it remembers; of instructions both know what either does. */
  constructor(other?: LintMemory) {
    this.contexts = other?.contexts ?? new Contexts();
    this.#findings = other ? other.#findings : { basic: new WeakMap(), lint: new WeakMap() };
  }

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
  const { instructions } = dockerfile;
  const contextOf = (one: Instruction) => memory.contexts.of(one, dockerfile, shells, knowledge.shell);
  const contexts = instructions.map(contextOf);

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

  const silent = stillQuiet(memory.checked, { instructions, contexts, knowledge });
  const quiet = new Set<FileRule>();
  for (const [rule] of severities) {
    if (!('check' in rule) || rule.eachAlone) continue;
    let speaks = false;
    const report: Report = (span, message, more = {}) => {
      speaks = true;
      add(rule, span, message, more);
    };
    if (!silent.has(rule)) rule.check(dockerfile, report, knowledge, contextOf);
    if (!speaks && rule.reads) quiet.add(rule);
  }
  const lints = [...severities.keys()].some(({ kind }) => kind === 'lint');
  instructions.forEach((instruction, index) => {
    addOwn(instruction, memory.findingsOf(instruction, contexts[index]!, 'basic'));
    if (lints) addOwn(instruction, memory.findingsOf(instruction, contexts[index]!, 'lint'));
  });
  memory.checked = { instructions, contexts, knowledge, quiet };
  return findings;

  function addOwn(instruction: Instruction, own: OwnFindings): void {
    if (own.length === 0) return;
    const offset = offsetOf(instruction);
    for (const { rule, span, message, related, fix } of own)
      add(rule, shift(span, offset), message, {
        ...(related && { related: { ...related, span: shift(related.span, offset) } }),
        ...(fix && { fix: () => [fix() ?? []].flat().map((one) => placeFix(dockerfile, instruction, one)) }),
      });
  }
}

/** A fix of an instruction read by itself, in its file. */
function placeFix(dockerfile: Dockerfile, instruction: Instruction, { buildArguments = [], ...fix }: Fix): Fix {
  const edits = fix.edits.map(({ span, text }) => ({ span: shift(span, offsetOf(instruction)), text }));
  const declared = buildArguments.length === 0 ? [] : declareArguments(dockerfile, instruction, buildArguments);
  return { ...fix, edits: [...declared, ...edits] };
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
  let findings: OwnFinding[] | undefined;
  let asked: Rule;
  const report: Report = (span, message, { related, fix } = {}) => {
    findings ??= [];
    findings.push({ rule: asked, span, message, related, fix });
  };
  for (let at: Instruction | undefined = own; at; at = at.trigger) {
    for (const rule of byKeyword.get(at.keyword) ?? []) {
      asked = rule;
      rule.checkInstruction(at, report, context);
    }
  }
  const alone: Dockerfile = { ...emptyFile, text: own.source, escape: context.escape, instructions: [own] };
  const contextOf = () => context;
  for (const rule of eachAlone) {
    if (rule.reads?.includes(own.keyword) === false) continue;
    asked = rule;
    rule.check(alone, report, noKnowledge, contextOf);
  }
  return findings ?? nothing;
}

const emptyFile = { lineStarts: [0], directives: [], comments: [], stages: [] };

/** Of nearly every instruction, so one for all. */
const nothing: OwnFindings = [];

/** What rules have nothing to say about: the instruction that the parser refused, and all from a heredoc without end. */
function unreadParts(dockerfile: Dockerfile): readonly Span[] {
  const { error, text, instructions } = dockerfile;
  if (!error) return [];
  const refused = instructionAt(dockerfile, error.span.start);
  const endless = instructions.find(({ own }) => own.error?.code === 'UnterminatedHeredoc');
  return [...(refused ? [refused.span] : []), ...(endless ? [{ start: endless.span.start, end: text.length }] : [])];
}
