import type { Dockerfile, Instruction } from '../../../dockerfile/dockerfile.ts';
import { keyValues } from '../../../dockerfile/keyValues.ts';
import { offsetOf } from '../../../dockerfile/place.ts';
import type { Edit, Fix, Shell } from '../../rule.ts';
import { mountSecret, secretMount } from '../../secretMount.ts';
import type { FoundSecret } from './find.ts';

/**
 * The secret taken out of the file and given to the RUN that uses it, as a variable: none where it is not certain which that is,
 * or where something else may need it, as the app that an ENV is for. The build then has to be given the secret.
 */
export function toSecretMount(
  dockerfile: Dockerfile,
  instruction: Instruction,
  secret: FoundSecret,
  shell: Shell,
): Fix | undefined {
  if (shell.kind !== 'sh' && shell.kind !== 'bash') return undefined;
  if (instruction.keyword === 'RUN') return fromCommand(instruction, secret);
  return instruction.keyword === 'ARG' ? fromArgument(dockerfile, instruction, secret) : undefined;
}

/** The command as it was with a variable in it. In single quotes, heredocs and JSON the shell may not replace one. */
function fromCommand(instruction: Instruction, { kind, text }: FoundSecret): Fix | undefined {
  const { source, json, heredocs } = instruction;
  // Of a private key only the beginning was looked at.
  if (json || heredocs.length > 0 || /['#]|<</.test(source) || text.startsWith('-----')) return undefined;
  const name = freeName(source, kind.variable);
  const edits: Edit[] = [secretMount(instruction, name)];
  const offset = offsetOf(instruction);
  for (let at = source.indexOf(text); at !== -1; at = source.indexOf(text, at + text.length)) {
    const start = offset + at;
    edits.push({ span: { start, end: start + text.length }, text: `\${${name}}` });
  }
  return { title: `Take it from the build's secret ${name} (--secret id=${name})`, edits, safe: false };
}

/** The ARG left out, and each RUN that names it given the secret under the same name. */
function fromArgument(dockerfile: Dockerfile, instruction: Instruction, secret: FoundSecret): Fix | undefined {
  const pair = keyValues(instruction).find(({ value }) => value?.value.replace(/^(["'])(.*)\1$/, '$2') === secret.text);
  return pair && mountSecret(dockerfile, instruction, pair);
}

function mentions(source: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(source);
}

function freeName(source: string, name: string): string {
  return mentions(source, name) ? `BUILD_${name}` : name;
}
