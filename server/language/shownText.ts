/** Text of messages and titles, which repeat what stands in a file: as long as can be read, and without what cannot be seen. */

import { visibleText } from '../../common/visibleText.ts';

/** Characters without a blank between them, and characters in all. What is longer is cut to the shorter length. */
const word = { longest: 120, cutTo: 80 };
const whole = { longest: 500, cutTo: 400, ofThatAtTheEnd: 120 };

const tooLongWords = new RegExp(`\\S{${word.longest + 1},}`, 'g');

/** Cuts what is too long where `…` stands then, and shows what cannot be seen: {@link visibleText}. */
export function shownText(text: string): string {
  const short = text.length > word.longest ? cut(text.replace(tooLongWords, cutWord)) : text;
  return visibleText(short);
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
