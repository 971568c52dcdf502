import type { Dockerfile, Instruction, Span } from './dockerfile/dockerfile.ts';
import { keyValues } from './dockerfile/keyValues.ts';
import { type Scope, variablesInScope, walkGlobals, walkScopes } from './dockerfile/scope.ts';
import { perFile } from './perFile.ts';
import { stageUses } from './stageUses.ts';
import { type NameUse, namesUsed } from './variableNames.ts';

/** A place that defines or names a stage or a variable. Places with the same `thing` mean the same. */
export interface Occurrence {
  readonly span: Span;
  readonly thing: string;
  readonly defines: boolean;
}

/**
 * Every stage and variable of a file wherever it is written, by `thing`, each in the order of the file. A global ARG and its
 * redeclaration in a stage are one thing.
 */
export const occurrences = perFile((dockerfile): ReadonlyMap<string, readonly Occurrence[]> => {
  const byThing = new Map<string, Occurrence[]>();
  for (const occurrence of [...stageOccurrences(dockerfile), ...variableOccurrences(dockerfile)]) {
    const places = byThing.get(occurrence.thing);
    if (places === undefined) byThing.set(occurrence.thing, [occurrence]);
    else places.push(occurrence);
  }
  for (const places of byThing.values()) places.sort((a, b) => a.span.start - b.span.start);
  return byThing;
});

function stageOccurrences(dockerfile: Dockerfile): readonly Occurrence[] {
  const uses = stageUses(dockerfile).map(({ span, stage }) => ({ span, thing: `stage ${stage}`, defines: false }));
  const names = dockerfile.stages.map(({ index, name, from }) => ({
    // A stage without a name is defined by its FROM, as far as its number is used.
    span: name?.span ?? from.keywordSpan,
    thing: `stage ${index}`,
    defines: true,
  }));
  return [...names, ...uses];
}

function variableOccurrences(dockerfile: Dockerfile): readonly Occurrence[] {
  const found: { readonly span: Span; readonly definition: number; readonly defines: boolean }[] = [];
  const same = new Map<number, number>();
  const rootOf = (start: number): number => {
    let at = start;
    for (let next = same.get(at); next !== undefined && next !== at; next = same.get(at)) at = next;
    return at;
  };
  const visit = (instruction: Instruction, scope: Scope, globals: Scope): void => {
    for (const use of namesUsed(dockerfile, instruction)) {
      const definition = definitionOf(use, instruction, scope);
      if (definition !== undefined) found.push({ span: use.span, definition, defines: false });
    }
    if (instruction.keyword !== 'ARG' && instruction.keyword !== 'ENV') return;
    for (const { key, value } of keyValues(instruction)) {
      const earlier = scope.get(key.value) ?? (value === undefined ? globals.get(key.value) : undefined);
      if (earlier?.key !== undefined) same.set(key.span.start, rootOf(earlier.key.span.start));
      found.push({ span: key.span, definition: key.span.start, defines: true });
    }
  };
  const globals = scopeAt(dockerfile, dockerfile.stages[0]?.from.span.start ?? dockerfile.text.length);
  walkGlobals(dockerfile, (instruction, scope) => visit(instruction, scope, scope));
  for (const { from } of dockerfile.stages) visit(from, globals, globals);
  walkScopes(dockerfile, visit);
  return found.map(({ span, definition, defines }) => ({ span, thing: `variable ${rootOf(definition)}`, defines }));
}

function scopeAt(dockerfile: Dockerfile, offset: number): Scope {
  return new Map(variablesInScope(dockerfile, offset).map((variable) => [variable.name, variable]));
}

/** Where the variable that is meant is defined: the offset of its name. */
function definitionOf({ name, span }: NameUse, instruction: Instruction, scope: Scope): number | undefined {
  if (instruction.keyword !== 'ARG') return scope.get(name)?.key?.span.start;
  // An ARG sees the names before it on its own line.
  const own = keyValues(instruction).findLast(({ key }) => key.value === name && key.span.end < span.start);
  return (own ?? scope.get(name))?.key?.span.start;
}
