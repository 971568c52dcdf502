import { CompletionItemKind } from 'vscode-languageserver-types';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import { type Variable, variablesInScope } from '../dockerfile/scope.ts';
import { platformArgs } from '../docs/predefinedArgs.ts';
import { markdownCode } from '../markdown.ts';
import type { CursorContext } from './context.ts';
import type { Offer } from './item.ts';

type Context = Extract<CursorContext, { kind: 'variable' }>;

/** These run in a container, where build arguments are gone. */
const atRuntime: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

export function variableOffers(
  dockerfile: Dockerfile,
  offset: number,
  { typed, braced, keyword }: Context,
): readonly Offer[] {
  const closed = dockerfile.text[typed.span.end] === '}';
  return variablesInScope(dockerfile, offset)
    .filter(({ kind }) => !atRuntime.has(keyword) || kind === 'env' || kind === 'image')
    .map((variable) => ({
      label: variable.name,
      kind: CompletionItemKind.Variable,
      text: braced && !closed ? `${variable.name}}` : variable.name,
      detail: detailOf(variable),
      // The file's own before those of BuildKit, which are many.
      sortText: `${variable.kind === 'platform' ? 1 : 0}${variable.name}`,
      ...documentationOf(variable),
    }));
}

function detailOf({ kind, value }: Variable): string {
  const origin = { arg: 'ARG', env: 'ENV', platform: 'set by BuildKit', image: 'of the image' }[kind];
  return value === undefined || value === '' ? origin : `${origin} = ${value}`;
}

function documentationOf({ kind, name, value }: Variable): Pick<Offer, 'documentation'> {
  if (kind === 'platform') return platformArgs[name] === undefined ? {} : { documentation: platformArgs[name] };
  return value === undefined || value === '' ? {} : { documentation: `Value: ${markdownCode(value)}` };
}
