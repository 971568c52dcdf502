import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { LabelType } from '../../lintOptions.ts';
import type { Rule } from '../../rule.ts';
import { eachLabel, labellers } from './labels.ts';
import { isEmail, isGitHash, isLicense, isSemanticVersion, isTime, isUrl } from './labelTypes.ts';

/** A label of the schema without a value. Source: hadolint's DL3051. */
const emptyLabel: Rule = {
  name: 'DL3051',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  reads: labellers,
  check(dockerfile, report, { hadolint }) {
    const schema = hadolint?.labelSchema ?? {};
    if (Object.keys(schema).length === 0) return;
    for (const [{ name, text, key }] of eachLabel(dockerfile)) {
      if (name !== undefined && Object.hasOwn(schema, name) && text === '')
        report(key.span, `The label "${name}" is empty. Give it a value.`);
    }
  },
};

/** Reports the labels that the schema gives a type and whose value is none of that type. Empty ones are DL3051. */
function valueRule(name: string, type: LabelType, what: string, isValid: (text: string) => boolean): Rule {
  return {
    name,
    severity: DiagnosticSeverity.Warning,
    kind: 'lint',
    preset: 'recommended',
    reads: labellers,
    check(dockerfile, report, { hadolint }) {
      const schema = hadolint?.labelSchema ?? {};
      if (!Object.values(schema).includes(type)) return;
      for (const [label] of eachLabel(dockerfile)) {
        const { text, value } = label;
        if (!label.name || !Object.hasOwn(schema, label.name) || schema[label.name] !== type) continue;
        if (text && !isValid(text)) report(value.span, `The label "${label.name}" is ${what}, and "${text}" is none.`);
      }
    },
  };
}

/** Source: hadolint's DL3051 to DL3056 and DL3058. */
export const labelValueRules: readonly Rule[] = [
  emptyLabel,
  valueRule('DL3052', 'url', 'a URL such as https://example.com/', isUrl),
  valueRule('DL3053', 'rfc3339', 'a time such as 2026-01-31T12:00:00Z', isTime),
  valueRule('DL3054', 'spdx', 'an SPDX license such as Apache-2.0', isLicense),
  valueRule('DL3055', 'hash', 'a git hash of 7 or 40 hexadecimal digits', isGitHash),
  valueRule('DL3056', 'semver', 'a semantic version such as 1.2.3', isSemanticVersion),
  valueRule('DL3058', 'email', 'an e-mail address', isEmail),
];
