import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import { imageUses } from '../../../imageUses.ts';
import { stageTree, takers } from '../../reads.ts';
import type { Rule } from '../../rule.ts';

/** An official image that nobody builds any more. */
export const retiredImage: Rule = {
  name: 'RetiredImage',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  tag: DiagnosticTag.Deprecated,
  reads: [...stageTree, ...takers],
  check(dockerfile, report, { images }) {
    if (!images) return;
    for (const { reference, span } of imageUses(dockerfile)) {
      const retired = images.of(reference)?.retired;
      if (retired === undefined) continue;
      const day = new Date(retired).toISOString().slice(0, 10);
      report(span, `This image is retired: since ${day} or before nothing is built for it. Choose another one.`);
    }
  },
};
