import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Rule } from '../../rule.ts';
import { constantPlatforms, isDisallowed, isPlatform, withoutFlag } from '../fromPlatform.ts';

/**
 * A stage fixed to one platform that BuildKit lets off for its name. What is no platform at all is InvalidPlatform, and variables
 * are what BuildKit has the flag for. Source: hadolint's DL3029.
 */
export const fixedPlatform: Rule = {
  name: 'DL3029',
  aliases: ['FromPlatformFlagConstDisallowed'],
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['FROM'],
  check(dockerfile, report) {
    for (const { stage, flag, text } of constantPlatforms(dockerfile)) {
      if (isDisallowed(stage, text) || !isPlatform(text)) continue;
      report(flag.span, `The stage is always for ${text}, whatever is built for. Leave the flag out.`, {
        fix: () => withoutFlag(dockerfile, flag, false),
      });
    }
  },
};
