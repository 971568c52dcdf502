import type { ByteUnits } from '../../../common/bytes.ts';
import { type Completed, type CompletionSupport, itemsOf, nothingToOffer } from '../completion/item.ts';
import { pathOffers } from '../completion/paths.ts';
import type { ContextNames } from '../host.ts';
import { lineStartsOf } from '../position.ts';

/** In the example the cursor is at `<|>`: of `!src/ma<|>in.ts` the folder is `src/` and `ma` is typed. */
const written = /^\s*!?\s*\/?((?:[^\s*?[\\]+\/)?)([^/*?[\\]*)$/;

/** Paths of the build context, in an ignore file. `offset` is the cursor's. Throws AbortError when `signal` aborts. */
export async function ignoreCompletion(
  { uri, text }: { readonly uri: string; readonly text: string },
  offset: number,
  contexts: ContextNames | undefined,
  support: CompletionSupport,
  units: ByteUnits,
  signal: AbortSignal,
): Promise<Completed> {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const match = line.startsWith('#') ? null : written.exec(line);
  if (match === null) return nothingToOffer;
  const [, folder = '', typed = ''] = match;
  const { offers, incomplete } = await pathOffers({ uri, folder, typed }, 'pattern', contexts, units, signal);
  const rest = /^[^\s/]*/.exec(text.slice(offset, offset + 1000))?.[0].length ?? 0;
  const span = { start: offset - typed.length, end: offset + rest };
  const items = itemsOf({ text, lineStarts: lineStartsOf(text) }, { span, cursor: offset }, support, offers);
  return { list: { isIncomplete: incomplete, items }, late: false };
}
