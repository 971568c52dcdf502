/** Building the page. Texts only ever become text nodes: names of files are whatever an image says. */

export interface Properties {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly onClick?: () => void;
}

export type Child = Node | string | undefined;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (properties.class !== undefined) made.className = properties.class;
  if (properties.text !== undefined) made.textContent = properties.text;
  if (properties.title !== undefined) made.title = properties.title;
  for (const [name, value] of Object.entries(properties.attributes ?? {})) {
    if (value !== undefined) made.setAttribute(name, String(value));
  }
  if (properties.onClick !== undefined) made.addEventListener('click', properties.onClick);
  for (const child of children) if (child !== undefined) made.append(child);
  return made;
}

export function button(text: string, onClick: () => void, properties: Properties = {}): HTMLButtonElement {
  return element('button', { ...properties, text, onClick, attributes: { type: 'button', ...properties.attributes } });
}

/** A bar that fills this share (0 to 1) of its room. For the eyes only: what it says stands beside it. */
export function bar(share: number, kind = ''): HTMLElement {
  const room = element('span', { class: `bar ${kind}`.trimEnd(), attributes: { 'aria-hidden': true } });
  if (share <= 0) return room;
  const filled = element('span', { class: 'filled' });
  filled.style.width = `${Math.min(100, share * 100)}%`;
  room.append(filled);
  return room;
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

export function select<T extends string>(
  label: string,
  choices: readonly Choice<T>[],
  chosen: T,
  onChange: (value: T) => void,
): HTMLElement {
  const box = element('select', { attributes: { 'aria-label': label }, title: label });
  for (const choice of choices) {
    box.append(element('option', { text: choice.label, attributes: { value: choice.value } }));
  }
  box.value = chosen;
  box.addEventListener('change', () => {
    const found = choices.find(({ value }) => value === box.value);
    if (found !== undefined) onChange(found.value);
  });
  return box;
}

/** Tells of each change once typing rests. Escape empties it. */
export function filterBox(label: string, text: string, onFilter: (text: string) => void): HTMLInputElement {
  const attributes = { type: 'search', placeholder: label, 'aria-label': label, spellcheck: false, maxlength: 200 };
  const box = element('input', { class: 'filter', attributes });
  box.value = text;
  let timer: ReturnType<typeof setTimeout> | undefined;
  box.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => onFilter(box.value.trim()), 120);
  });
  return box;
}

/** A folder's arrow, which points down when it is open. */
export function twistie(): Node {
  const space = 'http://www.w3.org/2000/svg';
  const icon = document.createElementNS(space, 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('class', 'twistie');
  icon.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', 'M6 4l4 4-4 4');
  icon.append(line);
  return icon;
}
