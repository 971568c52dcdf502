/** Text of messages and titles, which repeat what stands in a file: as long as can be read, and without what cannot be seen. */

/** Characters without a blank between them, and characters in all. What is longer is cut to the shorter length. */
const word = { longest: 120, cutTo: 80 };
const whole = { longest: 500, cutTo: 400, ofThatAtTheEnd: 120 };

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const everyInvisible = new RegExp(invisible, 'gu');
const tooLongWords = new RegExp(`\\S{${word.longest + 1},}`, 'g');

/**
 * Cuts what is too long where `…` stands then, and shows controls, marks that turn the direction of text, and halves of
 * characters as `␀` or `<U+202E>`.
 */
export function shownText(text: string): string {
  const short = text.length > word.longest ? cut(text.replace(tooLongWords, cutWord)) : text;
  return invisible.test(short) ? short.replace(everyInvisible, visible) : short;
}

/** With the quotes and stops that end it. */
function cutWord(text: string): string {
  const [end] = /["'`)\]}.,:;?!]{0,3}$/.exec(text.slice(-3))!;
  return `${text.slice(0, word.cutTo)}…${end}`;
}

/** In the middle: a message ends with the way out. */
function cut(text: string): string {
  if (text.length <= whole.longest) return text;
  return `${text.slice(0, whole.cutTo - whole.ofThatAtTheEnd)}…${text.slice(-whole.ofThatAtTheEnd)}`;
}

/** ASCII has pictures of its controls, and Unicode has names for all others. */
function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
