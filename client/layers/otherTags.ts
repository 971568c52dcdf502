/** Which image of a registry another one can be compared with: a tag of its repository, or whatever somebody names. */
import * as l10n from '@vscode/l10n';
import { type ByteUnits, formatBytesIn } from '../../common/bytes.ts';
import type { Known } from '../../common/known.ts';
import { formatReference, type ImageReference, parseReference } from '../../common/reference.ts';
import type { Page, TagRow } from '../../common/registry.ts';
import { age } from '../ui/age.ts';

export interface OtherImage {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Absent for a line that only says something. */
  readonly reference?: string;
}

/** `typed` is what the list was asked for. What was typed is offered too, where it names an image that the list has not. */
export function otherImages(
  of: ImageReference,
  typed: string,
  answer: Known<Page<TagRow>>,
  reading: { readonly now: number; readonly units: ByteUnits },
): readonly OtherImage[] {
  const rows = answer.state === 'known' ? answer.value.items : [];
  const tags = rows.flatMap((row): readonly OtherImage[] => {
    const isImage = row.kind === undefined || row.kind === 'image';
    if (!isImage || (row.name === of.tag && of.digest === undefined)) return [];
    const { registry, repository } = of;
    return [
      {
        label: row.name,
        description: factsOf(row, reading),
        reference: formatReference({ registry, repository, tag: row.name }),
      },
    ];
  });
  const named = namedBy(typed, of);
  const isListed = named === undefined || tags.some(({ reference }) => reference === named);
  return [
    ...tags,
    ...(isListed ? [] : [{ label: named, description: l10n.t('as typed'), reference: named }]),
    ...(answer.state === 'failed' ? [noteOf(answer.problem)] : []),
    ...(answer.state === 'known' && answer.value.cursor !== undefined
      ? [{ label: l10n.t('Type to find other tags, or a whole reference') }]
      : []),
  ];
}

/** A tag, a digest or a reference: `2.1`, `sha256:…`, `team/app:1`. Undefined where it is none, and for the image itself. */
export function namedBy(typed: string, of: ImageReference): string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  const { registry, repository } = of;
  const base = formatReference({ registry, repository });
  const isWhole = text.includes('/') || (/^[^:@]+:[^:@]+$/.test(text) && !/^sha\d+:/.test(text));
  const whole = isWhole ? text : `${base}${/^sha\d+:/.test(text) ? '@' : /^[:@]/.test(text) ? '' : ':'}${text}`;
  const parsed = parseReference(whole);
  const named = parsed && formatReference(parsed);
  return named === formatReference(of) ? undefined : named;
}

/** What Enter means: as long as the list is of an earlier text, what is selected in it only where it fits, else what is typed. */
export function accepted(
  of: ImageReference,
  typed: string,
  isAsking: boolean,
  selected: OtherImage | undefined,
): string | undefined {
  const fits = !isAsking || selected?.label.toLowerCase().includes(typed.trim().toLowerCase());
  return fits ? selected?.reference : namedBy(typed, of);
}

function factsOf(
  { compressedBytes, date }: TagRow,
  { now, units }: { readonly now: number; readonly units: ByteUnits },
): string {
  const size = compressedBytes === undefined ? undefined : formatBytesIn(units, compressedBytes);
  return [size, date === undefined ? undefined : age(date, now)].filter((fact) => fact !== undefined).join(' · ');
}

function noteOf({ message, next }: { readonly message: string; readonly next?: string }): OtherImage {
  // `$(name)` would be an icon: what registries say is text.
  return { label: message.replaceAll('$(', '$ ('), ...(next !== undefined && { detail: next }) };
}
