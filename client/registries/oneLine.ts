/** What the other side says, on one line and without what would move a cursor: a registry may say anything. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}
