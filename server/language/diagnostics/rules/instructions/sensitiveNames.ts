import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Stage } from '../../../dockerfile/dockerfile.ts';
import { keyValues } from '../../../dockerfile/keyValues.ts';
import { variableUses } from '../../../dockerfile/variables.ts';
import { removeInstruction } from '../../fixes.ts';
import type { Edit, Fix, Rule } from '../../rule.ts';
import { harmless, isSecretName } from '../secretNames.ts';

/**
 * Names that sound like a secret, or a part of one, and that SecretsUsedInArgOrEnv does not report: before the first stage, for
 * ONBUILD, and in words such as MYPASSWORD. Source: hadolint's DL3064.
 */
export const sensitiveName: Rule = {
  name: 'DL3064',
  aliases: ['SecretsUsedInArgOrEnv'],
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['FROM', 'ARG', 'ENV', 'ONBUILD'],
  check(dockerfile, report) {
    for (const instruction of dockerfile.instructions) {
      const defines = instruction.own.trigger ?? instruction.own;
      if (defines.keyword !== 'ARG' && defines.keyword !== 'ENV') continue;
      const isBuildKits = instruction.stage !== undefined && defines === instruction.own;
      keyValues(defines).forEach(({ key: { value: name } }, index) => {
        const secret = isSecretName(name);
        if (secret ? isBuildKits : !isSensitive(name)) return;
        const { key } = keyValues(instruction.trigger ?? instruction)[index]!;
        const message = `"${name}" sounds like a credential, and ${defines.keyword} hides nothing. Use RUN --mount=type=secret for it.`;
        report(key.span, message, { fix: () => asSecret(dockerfile, instruction, name) });
      });
    }
  },
};

function isSensitive(name: string): boolean {
  return (
    /(?:api|access|client)_?key|passw(?:or)?d|private|secret|token(?!iz)|username/i.test(name) && !harmless.test(name)
  );
}

/** Gives it to the RUNs of the stage that name it, in place of the ARG. Undefined where anything else does. */
function asSecret(dockerfile: Dockerfile, instruction: Instruction, name: string): Fix | undefined {
  const stage: Stage | undefined = dockerfile.stages[instruction.stage ?? -1];
  if (
    !stage ||
    !/^\w+$/.test(name) ||
    instruction.keyword !== 'ARG' ||
    instruction.words.length !== 1 ||
    keyValues(instruction)[0]!.value
  )
    return undefined;
  if (dockerfile.stages.some(({ base }) => base === stage.index)) return undefined;
  const named = new RegExp(`\\$\\{?${name}\\b`);
  const edits: Edit[] = [removeInstruction(dockerfile, instruction)];
  for (const other of stage.instructions) {
    if (other === instruction) continue;
    if (variableUses(dockerfile, other).some((use) => use.name === name)) return undefined;
    if (!named.test(other.source)) continue;
    if (other.keyword !== 'RUN' || other.span.start < instruction.span.start) return undefined;
    const at = other.keywordSpan.end;
    edits.push({ span: { start: at, end: at }, text: ` --mount=type=secret,id=${name},env=${name}` });
  }
  return edits.length > 1 ? { title: `Give ${name} to RUN as a secret`, edits, safe: false } : undefined;
}
