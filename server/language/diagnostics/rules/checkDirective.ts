import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import { checkComment } from '../applies.ts';
import { type CheckOptions, parseCheckOptions } from '../checkOptions.ts';
import { replace } from '../fixes.ts';
import type { Fix, Rule } from '../rule.ts';
import { boolText, nearest } from '../suggest.ts';

/** A check directive that BuildKit refuses, and the file with it. Source: newRuleLinter in BuildKit's convert.go. */
export const invalidCheckDirective: Rule = {
  name: 'InvalidCheckDirective',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ directives }, report) {
    const directive = directives.find(({ name }) => name === 'check');
    const { problem } = directive ? parseCheckOptions(directive.value) : {};
    if (!problem) return;
    const { start } = directive!.valueSpan;
    report({ start: start + problem.start, end: start + problem.end }, problem.message, {
      fix: () => meantOption(directive!.value, start, problem),
    });
  },
};

/** `skp=X`, `error=yes`, a name alone, a `;` too many. */
function meantOption(value: string, offset: number, { start, end }: Problem): Fix | undefined {
  const part = value.slice(start, end);
  const span = { start: offset + start, end: offset + end };
  const equals = part.indexOf('=');
  const key = (equals === -1 ? part : part.slice(0, equals)).trim();
  if (part.trim() === '' && start > 0)
    return { title: 'Remove the ";"', edits: [{ span: { ...span, start: span.start - 1 }, text: '' }], safe: false };
  if (equals === -1)
    return /^[A-Z][A-Za-z]+(?:,[A-Za-z]+)*$/.test(key) ? replace(span, `skip=${key}`, false) : undefined;
  const known = key === 'error' ? key : nearest(key, ['skip', 'error', 'experimental']);
  const given = part.slice(equals + 1);
  const meant = key === 'error' ? boolText(given.trim()) : given;
  return known === undefined || meant === undefined ? undefined : replace(span, `${known}=${meant}`, false);
}

type Problem = NonNullable<CheckOptions['problem']>;

/** A check comment above an instruction that says nothing: BuildKit passes over it. */
export const ineffectiveCheckComment: Rule = {
  name: 'IneffectiveCheckComment',
  severity: DiagnosticSeverity.Warning,
  kind: 'advice',
  check(dockerfile, report) {
    for (const { options, value, start, attached } of checkTexts(dockerfile)) {
      if (options.problem)
        report({ start: start + options.problem.start, end: start + options.problem.end }, options.problem.message, {
          fix: () => meantOption(value, start, options.problem!),
        });
      else if (!attached)
        report(
          { start, end: start + value.length },
          'A check comment counts directly above an instruction, or in the first lines of the file.',
        );
    }
  },
};

/** A name in a check directive or comment that is no check. `checks` are the names there are, ours and hadolint's among them. */
export function unknownCheck(checks: readonly string[]): Rule {
  return {
    name: 'UnknownCheck',
    severity: DiagnosticSeverity.Warning,
    kind: 'advice',
    check(dockerfile, report) {
      const directive = dockerfile.directives.find(({ name }) => name === 'check');
      const texts = [...checkTexts(dockerfile)];
      if (directive)
        texts.push({
          options: parseCheckOptions(directive.value),
          start: directive.valueSpan.start,
          value: directive.value,
          attached: true,
        });
      for (const { options, start } of texts) {
        for (const { name, start: at } of options.named) {
          if (checks.includes(name)) continue;
          const suggestion =
            checks.find((check) => check.toLowerCase() === name.toLowerCase()) ?? nearest(name, checks);
          const hint = suggestion ? ` Did you mean ${suggestion}?` : '';
          const span = { start: start + at, end: start + at + name.length };
          report(span, `There is no check "${name}".${hint}`, {
            fix: () => (suggestion === undefined ? undefined : replace(span, suggestion, false)),
          });
        }
      }
    },
  };
}

interface CheckText {
  readonly options: CheckOptions;
  /** Where the options begin. */
  readonly start: number;
  /** What counts of its text. */
  readonly value: string;
  /** Whether an instruction follows directly. */
  readonly attached: boolean;
}

/** The comments that look like check options, the file's own directive left out. */
function* checkTexts(dockerfile: Dockerfile): Generator<CheckText> {
  if (!/check[\t\f\r ]*=/i.test(dockerfile.text)) return;
  const { instructions } = dockerfile;
  let next = 0;
  for (const { text, span } of dockerfile.comments) {
    const value = checkComment(text);
    if (value === undefined || dockerfile.directives.some((directive) => directive.span.start === span.start)) continue;
    while (next < instructions.length && instructions[next]!.span.start < span.start) next++;
    const counted = value.split(' ', 1)[0]!;
    yield {
      options: parseCheckOptions(counted),
      start: dockerfile.text.indexOf(value, span.start),
      value: counted,
      attached: instructions[next]?.docComments.includes(text) ?? false,
    };
  }
}
