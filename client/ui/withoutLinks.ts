/**
 * Text for a notification or a status item in which nothing is a link. VS Code makes links of `[text](command:…)` there and runs
 * them on a click; names of steps and what registries answer are not ours, so they must not make any.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
