import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { isDigest } from '../../../../common/reference.ts';
import type { Flag, Instruction } from '../../dockerfile/dockerfile.ts';
import { readShellWord } from '../../dockerfile/shellWord.ts';
import { flagDocs } from '../../docs/flags.ts';
import { parseBool } from '../checkOptions.ts';
import { copySources } from '../copySources.ts';
import { durationProblem } from '../duration.ts';
import { replace } from '../fixes.ts';
import type { Fix, Rule } from '../rule.ts';
import { boolText, nearest } from '../suggest.ts';
import { readsFlags } from './flags.ts';

/**
 * A flag whose value BuildKit refuses. Values with variables are left alone. Source: instructions/bflag.go, parse.go and
 * commands_run*.go, dockerfile2llb/convert_copy.go.
 */
export const invalidFlagValue: Rule = {
  name: 'InvalidFlagValue',
  eachAlone: true,
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check({ instructions, escape: escapeToken }, report) {
    for (const instruction of instructions) {
      if (!readsFlags(instruction)) continue;
      for (const flag of instruction.flags) {
        if (!flag.value || flag.value.includes('$')) continue;
        const problem = problemOf(instruction, flag, readShellWord(flag.value, { escapeToken }).text);
        if (problem) report(flag.valueSpan!, problem, { fix: () => meantValue(instruction, flag) });
      }
    }
  },
};

function problemOf(instruction: Instruction, flag: Flag, expanded: string): string | undefined {
  const { keyword } = instruction;
  const { name, value: written = '' } = flag;
  const docs = flagDocs[keyword]?.find((other) => other.name === name);
  if (docs?.value === 'boolean')
    return /^(?:true|false)$/i.test(written) ? undefined : `--${name} is true or false, not "${written}".`;
  if (docs && typeof docs.value === 'object') return choiceProblem(name, written, docs.value);
  switch (`${keyword} --${name}`) {
    case 'RUN --device':
      return deviceProblem(written);
    case 'COPY --chmod':
    case 'ADD --chmod':
      return modeProblem(expanded);
    case 'ADD --checksum':
      return checksumProblem(instruction, expanded);
    case 'HEALTHCHECK --retries':
      return retriesProblem(written);
    default:
      return keyword === 'HEALTHCHECK' && docs ? durationProblem(written) : undefined;
  }
}

/** The value that was meant, where that can be known. */
function meantValue({ keyword }: Instruction, { name, value = '', valueSpan }: Flag): Fix | undefined {
  const docs = flagDocs[keyword]?.find((other) => other.name === name);
  const meant = (): string | undefined => {
    if (docs?.value === 'boolean') return boolText(value);
    if (docs && typeof docs.value === 'object') return nearest(value, docs.value);
    if (name === 'checksum') return /^[0-9a-f]{64}$/.test(value) ? `sha256:${value}` : undefined;
    return keyword === 'HEALTHCHECK' && name !== 'retries' && /^\d+$/.test(value) ? `${value}s` : undefined;
  };
  const text = meant();
  return text === undefined ? undefined : replace(valueSpan!, text, false);
}

function choiceProblem(name: string, value: string, choices: readonly string[]): string | undefined {
  if (choices.includes(value)) return undefined;
  const suggestion = nearest(value, choices);
  const hint = suggestion ? `Did you mean ${suggestion}?` : `It can be ${choices.join(', ')}.`;
  return `--${name} cannot be "${value}". ${hint}`;
}

/** Source: ParseDevice in BuildKit's commands_rundevice.go. */
function deviceProblem(value: string): string | undefined {
  let named = false;
  for (const field of value.split(',')) {
    const [key = '', given] = field.split(/=(.*)/s);
    switch (key.toLowerCase()) {
      case 'required':
        if (given !== undefined && parseBool(given) === undefined)
          return `"required" is true or false, not "${given}".`;
        break;
      default:
        if (named) return `A device has one name; "${field}" is a second.`;
        named = true;
    }
  }
  return undefined;
}

/** Octal, or with newer frontends symbolic as `u=rwX,go-w`. */
function modeProblem(value: string): string | undefined {
  const octal = /^\d+$/.test(value);
  const valid = octal
    ? /^0*[0-7]{1,4}$/.test(value)
    : /^(?:[ugoa]*(?:[-+=][rwxXstugo]*)+)(?:,[ugoa]*(?:[-+=][rwxXstugo]*)+)*$/.test(value);
  return valid ? undefined : `"${value}" is no file mode. Write it in octal, up to 7777, such as 0755.`;
}

function checksumProblem(instruction: Instruction, value: string): string | undefined {
  const sources = copySources(instruction);
  if (sources.length > 1) return '--checksum goes with one source only.';
  const source = sources[0]?.value ?? '';
  if (source.includes('$')) return undefined;
  if (!/:\/\/|^git@|^github\.com\/|\.git(?:[#?]|$)/.test(source))
    return '--checksum goes with a source from the web or git only.';
  if (!/^https?:\/\//.test(source) || /\.git(?:[#?]|$)/.test(source)) return undefined;
  return isDigest(value) ? undefined : `"${value}" is no digest. Write sha256: and 64 hexadecimal digits.`;
}

function retriesProblem(value: string): string | undefined {
  if (/^(?:[+]?\d+|-0+)$/.test(value) && Number(value) < 2 ** 31) return undefined;
  return `--retries is a whole number from 0 on, not "${value}".`;
}
