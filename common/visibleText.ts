const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const everyInvisible = new RegExp(invisible, 'gu');

/** Shows controls, marks that turn the direction of text, and halves of characters as `␀` or `<U+202E>`. */
export function visibleText(text: string): string {
  return invisible.test(text) ? text.replace(everyInvisible, visible) : text;
}

/** ASCII has pictures of its controls, and Unicode has names for all others. */
function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
