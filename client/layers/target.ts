/** What a command about layers was given: by a tree, by an editor, by other code, or nothing. */
import { formatReference } from '../../common/reference.ts';
import type { Source } from './messages.ts';

export interface Target {
  readonly source: Source;
  readonly reference: string;
}

/** What of a node of the images or the registries view counts here. */
interface NodeValue {
  readonly kind?: unknown;
  readonly reference?: unknown;
  readonly host?: unknown;
  readonly repository?: unknown;
  readonly digest?: unknown;
  /** Of a tag: no image. */
  readonly artifact?: unknown;
}

/** An image that a tree's element stands for; undefined where it stands for none or for several. */
export function targetOf(element: unknown): Target | undefined {
  const value = (element as { readonly node?: { readonly value?: NodeValue } } | undefined)?.node?.value;
  const { kind, reference, host, repository, digest, artifact } = value ?? {};
  if (typeof reference !== 'string') return undefined;
  if (typeof host !== 'string') {
    return kind === 'tag' || kind === 'dangling' ? { source: 'engine', reference } : undefined;
  }
  if (kind === 'tag') return artifact === true ? undefined : { source: 'registry', reference };
  // A platform's image goes by its digest: its tag has others too.
  if (kind !== 'platform' || typeof repository !== 'string' || typeof digest !== 'string') return undefined;
  return { source: 'registry', reference: formatReference({ registry: host, repository, digest }) };
}

/** All that a tree's command was given, the selection where the element is in it. */
export function targetsOf(element: unknown, selected: unknown): readonly Target[] {
  const elements = Array.isArray(selected) && selected.includes(element) ? selected : [element];
  return elements.flatMap((each) => targetOf(each) ?? []);
}

/** For a tab: without registry and namespace, digests and ids cut short. */
export function shortName(reference: string): string {
  return reference
    .replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1')
    .replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@$1')
    .replace(/^.*\//, '');
}
