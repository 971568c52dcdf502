/**
 * What can be done with an image's name: pin it, renew its digest, move it to a newer version. What needs the registry is left to
 * the moment at which somebody chooses it, so that a light bulb never waits for a network.
 */
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
} from 'vscode-languageserver-types';
import { type Known, type Problem, sentenceOf } from '../../common/known.ts';
import { exactVersions, mayBeNewer, type NewerTags, newerTags } from '../../common/newerTags.ts';
import { formatFullReference, formatReference, type ImageReference } from '../../common/reference.ts';
import type { TagRow } from '../../common/registry.ts';
import { composeUses } from './compose/imageUses.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import type { Images } from './host.ts';
import { type ImageUse, imageUses } from './imageUses.ts';
import { lineStartsOf, offsetAt, rangeOf } from './position.ts';
import { shownText } from './shownText.ts';
import { rewriting, type WrittenImage, writtenImage, writtenInCompose } from './writtenImage.ts';

export const imageActionKind = CodeActionKind.RefactorRewrite;

/** The findings of an image whose version is left open; hadolint's rules. */
const openVersion: ReadonlySet<unknown> = new Set(['DL3006', 'DL3007']);

/** A file whose images can be changed. */
export interface ImageFile extends Pick<Dockerfile, 'text' | 'lineStarts'> {
  readonly uri: string;
  readonly uses: readonly ImageUse[];
  written(use: ImageUse): WrittenImage | undefined;
}

export function dockerfileImages(uri: string, dockerfile: Dockerfile): ImageFile {
  const { text, lineStarts } = dockerfile;
  return { uri, text, lineStarts, uses: imageUses(dockerfile), written: (use) => writtenImage(dockerfile, use) };
}

export function composeImages(uri: string, text: string): ImageFile {
  return {
    uri,
    text,
    lineStarts: lineStartsOf(text),
    uses: composeUses(text),
    written: (use) => writtenInCompose(text, use),
  };
}

type ActionName = 'pin' | 'update' | 'version' | keyof NewerTags;
const actionNames: readonly ActionName[] = ['pin', 'update', 'version', 'patch', 'minor'];

/** What stands in an action until it is chosen. */
interface ActionData {
  readonly uri: string;
  readonly action: ActionName;
  /** Where the name stands, and what it named. */
  readonly start: number;
  readonly reference: string;
  /** The tag that the action promised. */
  readonly tag?: string;
}

/**
 * `lazy`: the client asks for the edit of an action that is chosen. Else only those are offered that need no registry.
 * `diagnostics`: what the client shows there; what mends one of them is a quick fix of it.
 */
export function imageActions(
  file: ImageFile,
  range: Range,
  images: Images,
  lazy: boolean,
  diagnostics: readonly Diagnostic[] = [],
): readonly CodeAction[] {
  const [start, end] = [offsetAt(file, range.start), offsetAt(file, range.end)];
  const touches = (from: number, to: number) => from <= end && start <= to;
  const isAbove = end < (file.uses[0]?.span.start ?? 0);
  const actions = file.uses.flatMap((use) => {
    const isAt = touches(use.span.start, use.span.end);
    const written = isAt || isAbove ? file.written(use) : undefined;
    if (written === undefined) return [];
    const { start: from, text } = written.at;
    if (!isAt && !touches(from, from + text.length)) return [];
    return actionsFor(file, use, written, images).map((action) => [`${from} ${action.title}`, action] as const);
  });
  // Several FROM may take one argument.
  return [...new Map(actions).values()]
    .filter(({ edit }) => lazy || edit !== undefined)
    .map((action) => asFix(action, file, diagnostics));
}

function asFix(action: CodeAction, file: ImageFile, diagnostics: readonly Diagnostic[]): CodeAction {
  const { action: name, start } = dataOf(action.data) ?? {};
  if (name !== 'version') return action;
  const mended = diagnostics.filter(
    ({ code, range }) => openVersion.has(code) && offsetAt(file, range.start) === start,
  );
  return mended.length === 0 ? action : { ...action, kind: CodeActionKind.QuickFix, diagnostics: mended };
}

function actionsFor(file: ImageFile, use: ImageUse, written: WrittenImage, images: Images): readonly CodeAction[] {
  const { reference, span } = use;
  const later = (title: string, action: ActionName, tag?: string): CodeAction => {
    const data: ActionData = {
      ...{ uri: file.uri, action, start: span.start, reference: formatFullReference(reference) },
      ...(tag !== undefined && { tag }),
    };
    return { title: shownText(title), kind: imageActionKind, data: { image: data } };
  };
  const { tag, digest } = reference;
  const name = nameOf(reference);
  const actions: CodeAction[] = [];
  if (written.kind === 'whole' && digest === undefined) actions.push(later(`Pin ${name} to its digest`, 'pin'));
  if (digest !== undefined && tag !== undefined && images.lastDigest(reference) !== digest) {
    actions.push(later(`Update the digest of ${name}`, 'update'));
  }
  if (written.kind === 'digest') return actions;
  if (written.kind === 'whole' && digest === undefined && (tag ?? 'latest') === 'latest') {
    actions.push(later(`Write the version that ${name} is now`, 'version'));
  }
  if (tag === undefined) return actions;
  const told = images.lastTags(reference);
  const newer = told && newerTags(tag, namesOf(told));
  for (const kind of mayBeNewer(tag)) {
    const to = newer?.[kind];
    if (told === undefined) actions.push(later(generalTitles[kind](tag), kind));
    else if (to === undefined) continue;
    else {
      const action = later(`Move to ${to} (${kindNames[kind]})`, kind, to);
      const edit = digest === undefined ? rewriting(written, reference, to, undefined) : undefined;
      if (digest !== undefined) actions.push(action);
      else if (edit) {
        const { data: _, ...rest } = action;
        actions.push({ ...rest, edit: { changes: { [file.uri]: [textEdit(file, edit)] } } });
      }
    }
  }
  return actions;
}

const kindNames = { patch: 'newer patch', minor: 'newer minor version' };
const generalTitles = {
  patch: (tag: string) => `Move ${tag} to the newest patch`,
  minor: (tag: string) => `Move ${tag} to the newest minor version`,
};

function namesOf(rows: Iterable<{ readonly name: string }>): readonly string[] {
  return [...rows].map(({ name }) => name);
}

/** As people write it, without its digest. */
function nameOf({ digest: _, ...named }: ImageReference): string {
  return formatReference(named);
}

/** What came of an action that was chosen: an edit, or in a sentence or two why there is none. */
export type ActionOutcome =
  | { readonly kind: 'edit'; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'nothing' | 'problem'; readonly message: string };

/** The file that an action is about; undefined for an action that is none of ours. */
export function imageActionUri({ data }: CodeAction): string | undefined {
  return dataOf(data)?.uri;
}

/** Waits for the registry, some seconds at most. Throws AbortError when `signal` aborts. */
export async function resolveImageAction(
  { data }: CodeAction,
  file: ImageFile,
  images: Images,
  signal: AbortSignal,
): Promise<ActionOutcome> {
  const chosen = dataOf(data);
  const use = file.uses.find(
    ({ span, reference }) => span.start === chosen?.start && formatFullReference(reference) === chosen.reference,
  );
  const written = use && file.written(use);
  if (chosen === undefined || use === undefined || written === undefined) {
    return { kind: 'nothing', message: 'The file has changed since. Open the list of actions again.' };
  }
  const { reference } = use;
  const target = await targetOf(chosen, reference, images, signal);
  if (target.kind !== 'tag') return target;
  const { tag } = target;
  const pins = chosen.action === 'pin' || reference.digest !== undefined;
  let digest: string | undefined;
  if (pins) {
    const { digest: _, ...named } = reference;
    const found = await images.digest({ ...named, tag }, signal);
    if (found.state === 'pending') return { kind: 'problem', message: `${reference.registry} did not answer in time.` };
    if (found.state === 'failed') return problemOutcome(found.problem);
    digest = found.value;
    if (digest === reference.digest && tag === reference.tag) {
      return { kind: 'nothing', message: `The digest of ${nameOf(reference)} is up to date.` };
    }
  }
  const edit = rewriting(written, reference, tag, digest);
  if (edit === undefined) return { kind: 'nothing', message: `There is no place to write ${tag} at.` };
  return { kind: 'edit', edits: [textEdit(file, edit)] };
}

type Target = { readonly kind: 'tag'; readonly tag: string } | Exclude<ActionOutcome, { kind: 'edit' }>;

async function targetOf(
  { action, tag: promised }: ActionData,
  reference: ImageReference,
  images: Images,
  signal: AbortSignal,
): Promise<Target> {
  const { tag = 'latest', registry } = reference;
  if (action === 'pin' || action === 'update') return { kind: 'tag', tag };
  if (promised !== undefined) return { kind: 'tag', tag: promised };
  const tags = await images.allTags(reference, signal);
  if (tags.state === 'pending') return { kind: 'problem', message: `${registry} did not answer in time.` };
  if (tags.state === 'failed') return problemOutcome(tags.problem);
  if (action === 'version') return versionOf(reference, tags.value, images, signal);
  const to = newerTags(tag, namesOf(tags.value))[action];
  if (to !== undefined) return { kind: 'tag', tag: to };
  return { kind: 'nothing', message: `${registry} has no ${kindNames[action]} of ${nameOf(reference)}.` };
}

/** Whoever has more versions than that at the head of the list, none of them the latest, has an order of his own. */
const mostCompared = 4;

/** The most exact version that is the same image as the tag of `reference`, by the digests of both. */
async function versionOf(
  reference: ImageReference,
  rows: readonly TagRow[],
  images: Images,
  signal: AbortSignal,
): Promise<Target> {
  const { tag = 'latest' } = reference;
  const digestOf = async (name: string): Promise<Known<string>> => {
    const known = rows.find((row) => row.name === name)?.digest;
    return known === undefined
      ? images.digest({ ...reference, tag: name }, signal)
      : { state: 'known', value: known, at: 0 };
  };
  const wanted = await digestOf(tag);
  if (wanted.state === 'pending') return { kind: 'problem', message: `${reference.registry} did not answer in time.` };
  if (wanted.state === 'failed') return problemOutcome(wanted.problem);
  const versions = exactVersions(namesOf(rows));
  const told = new Map(rows.map(({ name, digest }) => [name, digest]));
  const same = versions.find((name) => told.get(name) === wanted.value);
  if (same !== undefined) return { kind: 'tag', tag: same };
  for (const name of versions.filter((version) => told.get(version) === undefined).slice(0, mostCompared)) {
    const found = await digestOf(name);
    if (found.state === 'known' && found.value === wanted.value) return { kind: 'tag', tag: name };
  }
  return {
    kind: 'nothing',
    message: `No version at ${reference.registry} is certain to be what ${nameOf(reference)} is.`,
  };
}

function problemOutcome(problem: Problem): Exclude<ActionOutcome, { kind: 'edit' }> {
  const { next } = problem;
  return { kind: 'problem', message: shownText([sentenceOf(problem), ...(next ? [next] : [])].join(' ')) };
}

function textEdit(file: ImageFile, { span, text }: { readonly span: { start: number; end: number }; text: string }) {
  return { range: rangeOf(file, span), newText: text };
}

function dataOf(data: unknown): ActionData | undefined {
  const image = typeof data === 'object' && data !== null && 'image' in data ? data.image : undefined;
  if (typeof image !== 'object' || image === null) return undefined;
  const { uri, action: named, start, reference, tag } = image as Readonly<Record<string, unknown>>;
  const action = actionNames.find((one) => one === named);
  if (typeof uri !== 'string' || action === undefined || typeof start !== 'number' || typeof reference !== 'string') {
    return undefined;
  }
  return { uri, action, start, reference, ...(typeof tag === 'string' && { tag }) };
}
