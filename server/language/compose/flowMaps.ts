/** Maps in braces, over as many lines as they take. Source: YAML 1.2.2, 7.4.2 "Flow Mappings". */

export interface FlowKey {
  /** The names of the keys that the map is below, its own last. */
  readonly path: readonly string[];
  /** In the text, behind the colon. */
  readonly valueStart: number;
  /** Where the values of the other keys of the map begin, by key. */
  readonly siblings: ReadonlyMap<string, number>;
}

interface FlowMap {
  readonly path: readonly string[];
  readonly siblings: Map<string, number>;
}

/** Blanks and comments, braces and brackets, quoted and plain scalars. Each character belongs to one of them. */
const token = /\s+(?:#[^\n]*)?|[{}[\],]|"[^"]*"|'[^']*'|(?:[^\s{}[\],"':]|:(?=[^\s{}[\],]))+|[\s\S]/g;
/** What is looked at behind the cursor for the other keys of the map. */
const mostBehind = 10_000;
const deepest = 20;

/**
 * The key named `wanted` whose value `offset` is in or behind, in the braces that `from` is before; `above` are the keys that these
 * are the value of. Undefined where the braces end before, or do not begin.
 */
export function flowKeyAt(
  text: string,
  from: number,
  offset: number,
  above: readonly string[],
  wanted: string,
): FlowKey | undefined {
  const maps: FlowMap[] = [];
  let key = '';
  let inValue = false;
  /** The entry that the cursor is in, as far as it is known. */
  let entry: { readonly map: FlowMap; readonly key: string; readonly valueStart: number } | undefined;
  for (const { 0: word, index } of text
    .slice(0, offset + mostBehind)
    .slice(from)
    .matchAll(token)) {
    const at = from + index;
    const isBehind = at >= offset;
    const map = maps.at(-1);
    if (isBehind && entry?.key !== wanted) return undefined;
    if (/^\s/.test(word)) continue;
    const isValue: boolean = inValue;
    inValue = !/^[{}[\],]$/.test(word) && (isValue || word === ':');
    if (word === '{' || word === '[') {
      if ((map === undefined && word === '[') || maps.length === deepest) return undefined;
      maps.push({ path: map === undefined ? above : [...map.path, word === '{' ? key : '['], siblings: new Map() });
    } else if (map === undefined) return undefined;
    else if (word === '}' || word === ']') {
      maps.pop();
      if (entry?.map === map && isBehind) return found(entry);
      if (maps.length === 0) return undefined;
    } else if (word === ':') {
      if (isValue) continue; // `nginx:` of which the tag is not there yet
      map.siblings.set(key, at + 1);
      if (!isBehind) entry = { map, key, valueStart: at + 1 };
    } else if (word !== ',') key = word.replaceAll(/^["']|["']$/g, '');
    if (!isBehind && /^[{}[\],]$/.test(word)) entry = undefined;
  }
  return entry?.key === wanted ? found(entry) : undefined;
}

function found({ map, valueStart }: { readonly map: FlowMap; readonly valueStart: number }): FlowKey {
  return { path: map.path, valueStart, siblings: map.siblings };
}
