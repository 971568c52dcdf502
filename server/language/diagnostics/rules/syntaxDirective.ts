import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { parseReference } from '../../../../common/reference.ts';
import type { Rule } from '../rule.ts';

/** The frontend's image, up to the first blank. Source: forwardGateway in BuildKit's builder/build.go. */
export const invalidSyntax: Rule = {
  name: 'InvalidSyntax',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ directives }, report) {
    const directive = directives.find(({ name }) => name === 'syntax');
    if (!directive) return;
    const [image = ''] = directive.value.split(' ', 1);
    if (image === '' || parseReference(image)) return;
    const { start } = directive.valueSpan;
    report({ start, end: start + image.length }, `"${image}" is no image's name. Write docker/dockerfile:1.`);
  },
};
