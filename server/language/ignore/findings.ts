import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Location } from 'vscode-languageserver-types';
import { hasWildcards } from '../../../common/fileMatch.ts';
import {
  decidingPattern,
  type IgnoreLine,
  isSlowPattern,
  MalformedPattern,
  mayHold,
  type PatternMatcher,
  patternMatcher,
  readIgnoreLines,
} from '../../../common/ignore.ts';
import { contextSources } from '../diagnostics/copySources.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import type { LineEffect } from '../host.ts';
import { rangeOf } from '../position.ts';
import { shownText } from '../shownText.ts';
import { rangeOfLine } from './patternPlace.ts';

/** A Dockerfile that is built with the rules of the ignore file. */
export interface Built {
  readonly uri: string;
  /** What people call it: `docker/Dockerfile`. */
  readonly name: string;
  readonly dockerfile: Dockerfile;
}

export interface IgnoreKnowledge {
  /** What each pattern does, in their order; undefined where that is not known. */
  readonly effects: readonly LineEffect[] | undefined;
  readonly dockerfiles: readonly Built[];
  /** Whether the client shows other places of a finding. */
  readonly related: boolean;
}

/**
 * What is wrong with an ignore file: patterns that builds refuse, those that do nothing, and those that keep out what a Dockerfile
 * asks for.
 */
export function ignoreDiagnostics(text: string, { effects, dockerfiles, related }: IgnoreKnowledge): Diagnostic[] {
  const lines = readIgnoreLines(text);
  const malformed = lines.filter(({ pattern }) => matcherOf([pattern]) === undefined);
  if (malformed.length > 0) return malformed.map(refused);
  const matcher = lines.some(({ pattern }) => isSlowPattern(pattern))
    ? undefined
    : matcherOf(lines.map(({ pattern }) => pattern));
  const needed = matcher ? neededOf(matcher, dockerfiles) : [];
  return lines.flatMap((line, index) => [
    ...needed.filter(({ pattern }) => pattern === index).map((need) => neededHere(line, need, related)),
    ...doesNothing(line, effects?.[index]),
  ]);
}

function matcherOf(patterns: readonly string[]): PatternMatcher | undefined {
  try {
    return patternMatcher(patterns);
  } catch (error) {
    if (error instanceof MalformedPattern) return undefined;
    throw error;
  }
}

const source = 'gantry';

function refused(line: IgnoreLine): Diagnostic {
  const message = `The pattern "${line.pattern}" is malformed, and builds refuse the whole file because of it. Correct or remove it.`;
  const severity = DiagnosticSeverity.Error;
  return { range: rangeOfLine(line), message: shownText(message), severity, source, code: 'MalformedPattern' };
}

function doesNothing(line: IgnoreLine, effect: LineEffect | undefined): Diagnostic[] {
  if (effect === undefined || effect.files > 0) return [];
  const brings = line.pattern.startsWith('!');
  const [code, message] = effect.matches
    ? [
        'NeedlessPattern',
        brings
          ? 'It lets no file in: none that it matches is kept out by the patterns above, or one below decides on it.'
          : 'It keeps no file out: other patterns decide on all that it matches.',
      ]
    : ['UnmatchedPattern', 'It matches nothing in the build context, as it is now.'];
  return [
    {
      range: rangeOfLine(line),
      message,
      severity: DiagnosticSeverity.Hint,
      tags: [DiagnosticTag.Unnecessary],
      ...{ source, code },
    },
  ];
}

interface Need {
  /** Index of the pattern that keeps it out. */
  readonly pattern: number;
  readonly path: string;
  readonly keyword: string;
  readonly name: string;
  readonly place: Location;
}

function neededOf(matcher: PatternMatcher, dockerfiles: readonly Built[]): readonly Need[] {
  return dockerfiles.flatMap(({ uri, name, dockerfile }) =>
    [...contextSources(dockerfile)].flatMap(({ instruction: { keyword }, word, path }) => {
      const pattern = keptOutBy(path.replace(/^\/+/, ''), matcher);
      const place = { uri, range: rangeOf(dockerfile, word.span) };
      return pattern === undefined ? [] : [{ pattern, path, keyword, name, place }];
    }),
  );
}

/** The pattern that keeps all of a path out. Undefined where something of it may be let in, and where only the build finds its names. */
function keptOutBy(path: string, matcher: PatternMatcher): number | undefined {
  if (path === '' || path === '.' || path.startsWith('..') || hasWildcards(path)) return undefined;
  let rules: readonly boolean[] | undefined;
  let matched = false;
  for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
    ({ matched, rules } = matcher.match(end < 0 ? path : path.slice(0, end), rules));
    if (end < 0) break;
  }
  return matched && !mayHold(path, matcher, true) ? decidingPattern(matcher, rules) : undefined;
}

function neededHere(line: IgnoreLine, { path, keyword, name, place }: Need, related: boolean): Diagnostic {
  const at = `line ${place.range.start.line + 1} of ${name}`;
  return {
    range: rangeOfLine(line),
    message: shownText(`It keeps "${path}" out, which the ${keyword} in ${at} needs.`),
    severity: DiagnosticSeverity.Warning,
    source,
    code: 'NeededFile',
    ...(related && { relatedInformation: [{ location: place, message: `This ${keyword} will not find it.` }] }),
  };
}
