import { findingsIn } from '../../server/language/diagnostics/findings.ts';
import type { LintOptions } from '../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../server/language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../../server/language/dockerfile/baseEnvironment.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import { shell } from './shell.ts';

/** What a rule about commands may know. */
export const shellKnowledge: Knowledge = { environmentOf: wellKnownEnvironment, shell };

/** Only the rule of that name, beside what cannot be left out. */
export function onlyRule(name: string): LintOptions {
  return { preset: 'buildkit', rules: { [name]: 'warning' } };
}

/** What the findings of one rule underline. */
export function underlined(text: string, name: string): readonly string[] {
  return findingsIn(parse(text), shellKnowledge, onlyRule(name))
    .filter(({ rule }) => rule.name === name)
    .map(({ span }) => text.slice(span.start, span.end));
}
