/** Rows that the arrow keys move between; one of them at a time is reached with the Tab key. */

export interface Rows {
  /** Makes this row the one that the Tab key reaches. */
  mark(row: HTMLElement): void;
}

/** Calls `onKey` for keys that it does not know; a row handled one when it answers true. */
export function keyboardRows(
  container: HTMLElement,
  selector: string,
  onKey: (row: HTMLElement, key: string) => boolean = () => false,
  onFocus: (row: HTMLElement) => void = () => {},
): Rows {
  const rows = () => [...container.querySelectorAll<HTMLElement>(selector)];
  const mark = (row: HTMLElement) => {
    for (const each of rows()) each.tabIndex = each === row ? 0 : -1;
  };
  const rowOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>(selector) : null;

  container.addEventListener('focusin', ({ target }) => {
    const row = rowOf(target);
    if (row === null) return;
    mark(row);
    onFocus(row);
  });
  container.addEventListener('keydown', (event) => {
    const row = rowOf(event.target);
    if (row === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = rows();
    const next = all[nextIndex(event.key, all.indexOf(row), all.length)];
    if (next !== undefined) next.focus();
    else if (!onKey(row, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { mark };
}

const page = 10;

/** -1 for a key that moves nothing. */
function nextIndex(key: string, at: number, count: number): number {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'PageDown':
      return Math.min(last, at + page);
    case 'PageUp':
      return Math.max(0, at - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return -1;
  }
}
