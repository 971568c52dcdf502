import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { parseReference } from '../../../../common/reference.ts';
import type { Dockerfile, Instruction, Word } from '../../dockerfile/dockerfile.ts';
import { type KeyValue, keyValues } from '../../dockerfile/keyValues.ts';
import { platformArguments } from '../../dockerfile/scope.ts';
import { readShellWord } from '../../dockerfile/shellWord.ts';
import { variableUses } from '../../dockerfile/variables.ts';
import { perFile } from '../../perFile.ts';
import { insertBeforeStages, replace } from '../fixes.ts';
import { stageTree } from '../reads.ts';
import type { Fix, Rule } from '../rule.ts';
import { nearestInFile } from '../suggest.ts';

/** FROM can use the ARGs before the first stage only. Source: reportUnusedFromArgs in BuildKit's validations.go. */
export const undefinedArgInFrom: Rule = {
  name: 'UndefinedArgInFrom',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: stageTree,
  check(dockerfile, report) {
    let declared: ReadonlySet<string> | undefined;
    const suggest = nearestInFile();
    for (const { from, image } of dockerfile.stages) {
      const names = variableUses(dockerfile, from.own);
      if (names.length === 0) continue;
      declared ??= declaredForFrom(dockerfile);
      if (names.every(({ name }) => declared!.has(name))) continue;
      const reported = new Set<string>();
      for (const { name, span, nameSpan } of variableUses(dockerfile, from)) {
        const once = `${image !== undefined && span.start >= image.span.start} ${name}`; // in the image, and in the platform
        if (declared.has(name) || reported.has(once)) continue;
        reported.add(once);
        const suggestion = suggest(name, declared);
        const hint = suggestion ? `Did you mean $${suggestion}?` : 'Declare it with ARG before the first FROM.';
        report(span, `FROM cannot know $${name}. ${hint}`, {
          fix: () => [
            ...(suggestion === undefined ? [] : [replace(nameSpan, suggestion, false)]),
            ...declaredAbove(dockerfile, from, name),
          ],
        });
      }
    }
  },
};

/** The first ARG of each name. */
const firstArguments = perFile(({ instructions }): ReadonlyMap<string, KeyValue> => {
  const pairs = instructions.filter(({ keyword }) => keyword === 'ARG').flatMap(keyValues);
  return new Map(pairs.map((pair) => [pair.key.value, pair] as const).reverse());
});

/** An ARG of a stage above, declared with its default where FROM can know it. */
function declaredAbove(dockerfile: Dockerfile, from: Instruction, name: string): readonly Fix[] {
  const value = firstArguments(dockerfile).get(name)?.value;
  if (!value || value.span.end > from.span.start || /[$\n]/.test(value.value)) return [];
  const line = `${from.keywordText === from.keyword ? 'ARG' : 'arg'} ${name}=${value.value}`;
  return [{ title: `Write ${line} before the first FROM`, edits: [insertBeforeStages(dockerfile, line)], safe: false }];
}

/** Every name that a FROM may use, with or without a value. */
function declaredForFrom(dockerfile: Dockerfile): ReadonlySet<string> {
  const names = new Set(platformArguments);
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword === 'FROM') break;
    for (const { key } of keyValues(instruction)) if (instruction.keyword === 'ARG') names.add(key.value);
  }
  return names;
}

/** The platform that defaults are tried with: BuildKit takes the engine's own. */
const samplePlatform: Readonly<Record<string, string>> = {
  BUILDPLATFORM: 'linux/amd64',
  BUILDOS: 'linux',
  BUILDOSVERSION: '',
  BUILDARCH: 'amd64',
  BUILDVARIANT: '',
  TARGETPLATFORM: 'linux/amd64',
  TARGETOS: 'linux',
  TARGETOSVERSION: '',
  TARGETARCH: 'amd64',
  TARGETVARIANT: '',
  TARGETSTAGE: 'default',
};

/**
 * Without build arguments FROM has no valid image; so too where it has no variables at all. What stands for another stage has
 * to be a valid image's name as well. Source: validateBaseImagesWithDefaultArgs in BuildKit's validations.go.
 */
export const invalidDefaultArgInFrom: Rule = {
  name: 'InvalidDefaultArgInFrom',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: stageTree,
  check(dockerfile, report) {
    const values = dockerfile.stages.some(({ image }) => image && isExpanded(image.value))
      ? defaultsForFrom(dockerfile)
      : new Map<string, string>();
    if (!values) return;
    // Most files name few images over and over.
    const expanded = new Map<string, { readonly text: string; readonly valid: boolean } | undefined>();
    const earlier = new Set<string>();
    for (const { image, name } of dockerfile.stages) {
      if (!image) continue;
      if (!expanded.has(image.value)) {
        const text = isExpanded(image.value) ? expand(dockerfile, image.value, values) : image.value;
        expanded.set(image.value, text === undefined ? undefined : { text, valid: parseReference(text) !== undefined });
      }
      const result = expanded.get(image.value);
      if (!result) return;
      if (!result.valid)
        report(image.span, message(image.value, result.text, earlier), {
          fix: () => validImage(dockerfile, image, values),
        });
      if (name) earlier.add(name.value.toLowerCase());
    }
  },
};

/** In lower case; or with a default for the ARG that stands for the tag. Which image is meant nobody can know. */
function validImage(
  dockerfile: Dockerfile,
  { value, span }: Word,
  values: ReadonlyMap<string, string>,
): Fix | undefined {
  const lower = value.toLowerCase();
  if (!isExpanded(value)) return parseReference(lower) ? replace(span, lower, false) : undefined;
  const tag = /:\$(?:(\w+)|\{(\w+)\})$/.exec(value);
  const name = tag?.[1] ?? tag?.[2];
  const written = name !== undefined && expand(dockerfile, value, new Map([...values, [name, 'latest']]));
  if (!name || values.get(name) || !written || !parseReference(written)) return undefined;
  const before = dockerfile.instructions.slice(
    0,
    dockerfile.instructions.findIndex(({ keyword }) => keyword === 'FROM'),
  );
  const pair = before.flatMap(keyValues).findLast(({ key }) => key.value === name);
  if (!pair) return undefined;
  const edit = { span: { start: pair.key.span.end, end: (pair.value ?? pair.key).span.end }, text: '=latest' };
  return { title: `Write ARG ${name}=latest`, edits: [edit], safe: false };
}

function isExpanded(text: string): boolean {
  return /[$"'\\`]/.test(text);
}

function message(written: string, text: string, stages: ReadonlySet<string>): string {
  if (written.includes('$')) {
    const result = text === '' ? 'nothing' : `"${text}", which is no image`;
    return `Without build arguments this stands for ${result}. Give its ARG a default that works.`;
  }
  const lower = text.toLowerCase();
  if (stages.has(lower)) return `FROM knows that stage as "${lower}" only. Write it in lower case.`;
  const hint = parseReference(lower) ? `Write it in lower case: "${lower}".` : 'An image is [registry/]name[:tag].';
  return `"${text}" is no image's name. ${hint}`;
}

/** The values of all that a FROM may use, when no build argument is given; undefined where BuildKit refuses one. */
function defaultsForFrom(dockerfile: Dockerfile): ReadonlyMap<string, string> | undefined {
  const values = new Map(Object.entries(samplePlatform));
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword === 'FROM') break;
    if (instruction.keyword !== 'ARG') continue;
    for (const { key, value } of keyValues(instruction)) {
      const text = value && expand(dockerfile, value.value, values);
      if (value && text === undefined) return undefined;
      if (text !== undefined) values.set(key.value, text);
    }
  }
  return values;
}

/** Longer values are not followed: `ARG A=$A$A` a few dozen times over would fill the memory. */
const maxValueLength = 4096;

function expand(dockerfile: Dockerfile, text: string, values: ReadonlyMap<string, string>): string | undefined {
  const get = (name: string) => values.get(name);
  const { text: result, error } = readShellWord(text, { escapeToken: dockerfile.escape, get });
  return error === undefined && result.length <= maxValueLength ? result : undefined;
}
