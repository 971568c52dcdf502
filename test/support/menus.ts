/** The context menus of views as package.json has them, and what they offer on a node: VS Code's own rules, as far as ours go. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  readonly command: string;
  readonly when: string;
}

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

export const itemMenu: readonly Entry[] = manifest.contributes.menus['view/item/context'];

/** One term of a clause: `viewItem =~ /…/`, `!(viewItem =~ /…/)`, `view == …`, a key, or its opposite. */
type Term = { readonly about: 'view' | 'item'; readonly holds: (text: string) => boolean } | { readonly about: 'key' };

function termOf(text: string): Term {
  const view = /^view == (\S+)$/.exec(text)?.[1];
  if (view !== undefined) return { about: 'view', holds: (id) => id === view };
  const views = /^view =~ \/(.*?)\/$/.exec(text)?.[1];
  if (views !== undefined) return { about: 'view', holds: (id) => new RegExp(views).test(id) };
  const [, not, pattern] = /^(!\()?viewItem =~ \/(.*?)\/\)?$/.exec(text) ?? [];
  if (pattern !== undefined) {
    const expression = new RegExp(pattern);
    return { about: 'item', holds: (context) => expression.test(context) === (not === undefined) };
  }
  if (/^[(!]*[\w.]+(?: \|\| [\w.]+)*\)?$/.test(text)) return { about: 'key' };
  throw new Error(`not understood: ${text}`);
}

/** Commands, once each, that the menu of a node with this context has while all keys are as they are wanted. */
export function offered(view: string, context: string): readonly string[] {
  const fits = ({ when }: Entry) =>
    when
      .split(' && ')
      .map(termOf)
      .every((term) => term.about === 'key' || term.holds(term.about === 'view' ? view : context));
  return [...new Set(itemMenu.filter(fits).map(({ command }) => command))];
}

/** The words that a clause's expressions look for in contexts. */
export function wordsOf(when: string): readonly string[] {
  return [...when.matchAll(/viewItem =~ \/(.*?)\//g)].flatMap(
    ([, pattern = '']) => pattern.match(/[A-Za-z][\w-]*/g) ?? [],
  );
}
