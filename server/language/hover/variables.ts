import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts';
import { keyValues } from '../dockerfile/keyValues.ts';
import { type Variable, variablesInScope } from '../dockerfile/scope.ts';
import { platformArgs } from '../docs/predefinedArgs.ts';
import { markdownCode } from '../markdown.ts';
import { positionAt } from '../position.ts';
import { namesUsed } from '../variableNames.ts';
import { contains, type Explanation } from './explanation.ts';

/** A variable, where it is used or defined: its value as far as it is known before a build, and where that is from. */
export function variableHover(
  dockerfile: Dockerfile,
  instruction: Instruction,
  offset: number,
): Explanation | undefined {
  const holder = instruction.trigger ?? instruction;
  const use = namesUsed(dockerfile, holder).find(({ span }) => contains(span, offset));
  const key = keyValues(holder).find((pair) => contains(pair.key.span, offset))?.key;
  if (key !== undefined && holder.keyword !== 'LABEL') {
    const variable = find(dockerfile, instruction.span.end + 1, key.value);
    return variable && { markdown: describe(dockerfile, variable), span: key.span };
  }
  if (use === undefined) return undefined;
  const variable = find(dockerfile, use.span.start, use.name);
  return variable && { markdown: describe(dockerfile, variable), span: use.span };
}

function find(dockerfile: Dockerfile, offset: number, name: string): Variable | undefined {
  return variablesInScope(dockerfile, offset).find((variable) => variable.name === name);
}

function describe(dockerfile: Dockerfile, { name, kind, value, key }: Variable): string {
  const line = key === undefined ? '' : ` in line ${positionAt(dockerfile, key.span.start).line + 1}`;
  const origin = {
    arg: `Build argument, declared${line}`,
    env: `Environment variable, set${line}`,
    platform: `Set by BuildKit. ${platformArgs[name] ?? ''}`.trim(),
    image: 'Environment variable of the base image',
  }[kind];
  const known =
    value === undefined
      ? kind === 'platform'
        ? ''
        : 'Its value is known only in a build.'
      : kind === 'arg'
        ? `Value without \`--build-arg\`: ${markdownCode(value)}`
        : `Value: ${markdownCode(value)}`;
  return [markdownCode(name), origin, known].filter((part) => part !== '').join('\n\n');
}
