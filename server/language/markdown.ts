/** Text of files, images and registries in Markdown: shown as it is, whatever it holds. */

/** In a code span; fences longer than any run of backticks inside keep it there. Line breaks become blanks. */
export function markdownCode(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  if (line.trim() === '') return '` `';
  const fence = '`'.repeat(longestRun(line) + 1);
  return `${fence} ${line} ${fence}`;
}

/** In a code block. */
export function markdownBlock(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** In running text, on one line. */
export function markdownText(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&');
}

/** A link; `label` is Markdown. Only where the address is one of the web: else the label alone. */
export function markdownLink(label: string, url: string): string {
  return /^https?:\/\/[^\s<>\\]+$/.test(url) ? `[${label}](<${url}>)` : label;
}
