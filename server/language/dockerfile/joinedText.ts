import type { JoinedText } from './dockerfile.ts';

/** Text of one line, which stands at `offset`. */
export function textAt(text: string, offset: number): JoinedText {
  return { text, offsetAt: (index) => offset + index };
}

/** Pieces of several lines: the piece at `offsets[n]` of the document begins at `starts[n]` of `text`. */
export function joinPieces(text: string, starts: readonly number[], offsets: readonly number[]): JoinedText {
  if (starts.length === 1) return textAt(text, offsets[0]!);
  return {
    text,
    offsetAt: (index) => {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]! <= index) low = middle;
        else high = middle - 1;
      }
      return offsets[low]! + index - starts[low]!;
    },
  };
}

/** A part of `joined`. Its end is behind its last character, even where the next one stands on another line. */
export function slice(joined: JoinedText, start: number, end: number): JoinedText {
  return {
    text: joined.text.slice(start, end),
    offsetAt: (index) => {
      const at = start + index;
      if (at < end || at === 0) return joined.offsetAt(at);
      return joined.offsetAt(at - 1) + 1;
    },
  };
}

/** `joined` behind bytes that are no characters, and belong to the character before it. */
export function behindStrayBytes(joined: JoinedText, count: number): JoinedText {
  if (count === 0) return joined;
  const before = Math.max(0, joined.offsetAt(0) - 1);
  return {
    text: '\ufffd'.repeat(count) + joined.text,
    offsetAt: (index) => (index < count ? before : joined.offsetAt(index - count)),
  };
}

/** The index of `joined.text` that stands at or directly behind `offset` of the document. */
export function indexAt(joined: JoinedText, offset: number): number {
  let low = 0;
  let high = joined.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (joined.offsetAt(middle) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
