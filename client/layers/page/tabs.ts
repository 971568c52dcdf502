import { element } from './dom.ts';
import { keyboardRows } from './keyboard.ts';

export interface Tab<T extends string> {
  readonly id: T;
  readonly label: string;
  /** Beside the label, less loud. */
  readonly detail?: string;
  content(): HTMLElement;
}

/** One panel at a time; its content is made when it is shown. */
export function tabs<T extends string>(all: readonly Tab<T>[], shown: T, onShow: (id: T) => void): HTMLElement {
  const strip = element('div', { class: 'tabs', attributes: { role: 'tablist' } });
  const panel = element('div', { class: 'panel', attributes: { role: 'tabpanel', id: 'panel' } });
  let current: T | undefined;
  const show = (tab: Tab<T>) => {
    if (tab.id === current) return;
    current = tab.id;
    for (const each of heads) each.head.setAttribute('aria-selected', String(each.tab === tab));
    const head = heads.find((each) => each.tab === tab)?.head;
    if (head !== undefined) keyboard.mark(head);
    panel.setAttribute('aria-labelledby', `tab-${tab.id}`);
    panel.replaceChildren(tab.content());
  };
  const choose = (tab: Tab<T>) => {
    onShow(tab.id);
    show(tab);
  };
  const heads = all.map((tab) => ({
    tab,
    head: element(
      'button',
      {
        class: 'tab',
        attributes: { type: 'button', role: 'tab', id: `tab-${tab.id}`, 'aria-controls': 'panel', tabindex: -1 },
        onClick: () => choose(tab),
      },
      tab.label,
      tab.detail === undefined ? undefined : element('span', { class: 'detail', text: tab.detail }),
    ),
  }));
  strip.append(...heads.map(({ head }) => head));
  const keyboard = keyboardRows(strip, '.tab', (row, key) => {
    const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    const at = heads.findIndex(({ head }) => head === row);
    const next = heads[(at + by + heads.length) % heads.length];
    if (by === 0 || next === undefined) return false;
    choose(next.tab);
    next.head.focus();
    return true;
  });
  const first = all.find(({ id }) => id === shown) ?? all[0];
  if (first !== undefined) show(first);
  return element('div', { class: 'tabbed' }, strip, panel);
}
