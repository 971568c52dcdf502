/** What stands where layers will be, or would have been. */
import { formatBytesIn } from '../../../common/bytes.ts';
import type { Content } from '../messages.ts';
import { button, element } from './dom.ts';
import { fill } from './fill.ts';
import type { Session } from './session.ts';

type Of<K extends Content['kind']> = Extract<Content, { kind: K }>;

export interface LoadingPage {
  readonly element: HTMLElement;
  /** How far it is by now. The button stays the same one: it may have the focus, or be under a finger that is down. */
  update(content: Of<'loading'>): void;
}

export function loadingPage(content: Of<'loading'>, { texts, units, send }: Session): LoadingPage {
  const progress = element('progress', { attributes: { 'aria-label': texts.reading } });
  const note = element('p', { class: 'note' });
  const update = ({ current, total }: Of<'loading'>) => {
    if (current === undefined || total === undefined || total <= 0) return;
    [progress.max, progress.value] = [total, current];
    note.textContent = fill(texts.readSoFar, formatBytesIn(units, current), formatBytesIn(units, total));
  };
  update(content);
  const cancel = button(texts.cancel, () => send({ kind: 'cancel' }), { class: 'secondary' });
  return {
    element: element('div', { class: 'middle' }, element('p', { text: texts.reading }), progress, note, cancel),
    update,
  };
}

export function problemPage({ problem }: Of<'problem'>, { texts, send }: Session): HTMLElement {
  return element(
    'div',
    { class: 'middle', attributes: { role: 'alert' } },
    element('h1', { text: problem.subject }),
    element('p', { text: problem.message }),
    problem.next === undefined ? undefined : element('p', { text: problem.next }),
    button(texts.tryAgain, () => send({ kind: 'again' })),
  );
}
