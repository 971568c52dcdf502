/** The head of the page: what it is about, and its figures. */

import type { ImageAnalysis } from '../../../common/layers.ts';
import { formatPlatform } from '../../../common/platform.ts';
import { type Child, element } from './dom.ts';

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  /** Worth a look. */
  readonly marked?: boolean;
}

export function header(titles: readonly Child[], figures: readonly Figure[], actions: readonly Child[]): HTMLElement {
  return element(
    'header',
    {},
    element('div', { class: 'titles' }, ...titles),
    element('div', { class: 'actions' }, ...actions),
    element('dl', { class: 'figures' }, ...figures.map(figure)),
  );
}

function figure({ label, value, hint, marked = false }: Figure): HTMLElement {
  return element(
    'div',
    { class: marked ? 'figure marked' : 'figure', ...(hint !== undefined && { title: hint }) },
    element('dt', { text: label }),
    element('dd', { text: value }),
  );
}

/** The name, of an image without one the short form of its id. */
export function title({ name }: ImageAnalysis): HTMLElement {
  return element('h1', { text: name.replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1'), title: name });
}

/** Platform and id, small. */
export function identity({ platform, id }: ImageAnalysis): HTMLElement {
  const short = id.replace(/^sha256:/, '').slice(0, 12);
  return element('p', { class: 'identity', text: `${formatPlatform(platform)} · ${short}`, title: id });
}
