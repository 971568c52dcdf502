// What a user does in VS Code's window, as functions of its page. Each waits for what it leads to.
import { basename, dirname } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { artifact } from './servedVsCode.ts';

/** Opens a file of the workspace by its path and returns its editor. */
export async function openFile(page: Page, path: string): Promise<Locator> {
  await page.keyboard.press('ControlOrMeta+P');
  const folder = dirname(path) === '.' ? '' : dirname(path);
  await pick(page, path, basename(path), folder);
  const editor = page.locator(`.editor-group-container.active .monaco-editor[data-uri$="/${path}"]`);
  await editor.locator('.view-line').first().waitFor();
  return editor;
}

/** Runs a command by its title, as the command palette shows it. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  const input = widget.locator('input[type=text]');
  const entry = widget.locator('.monaco-list-row', { hasText: title }).first();
  // A webview that is still opening keeps the keys for itself, and the palette has the commands of when it opened.
  for (let tries = 0; tries < 3; tries++) {
    await page.keyboard.press('F1');
    if (!(await input.waitFor({ timeout: 5000 }).then(...answered))) continue;
    await input.fill(`>${title}`);
    if (await entry.waitFor({ timeout: 5000 }).then(...answered)) break;
    await page.keyboard.press('Escape');
  }
  await entry.click();
}

const answered = [() => true, () => false] as const;

/** Runs a command that asks for one of a list, and takes what shows this text. A list that opens while the palette closes may go with it. */
export async function runCommandOn(page: Page, title: string, text: string): Promise<void> {
  const entry = page.locator('.quick-input-widget .monaco-list-row', { hasText: text });
  for (let tries = 0; tries < 3; tries++) {
    await runCommand(page, title);
    if (
      await entry
        .first()
        .waitFor({ timeout: 5000 })
        .then(...answered)
    )
      break;
  }
  await pick(page, text, text);
}

/** Fills the open quick input and takes the first entry that shows these texts: entries of what stood there go late. */
export async function pick(page: Page, filter: string, ...texts: readonly string[]): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  const input = widget.locator('input[type=text]');
  await input.waitFor();
  await input.fill(filter);
  let entry = widget.locator('.monaco-list-row');
  for (const hasText of texts) entry = entry.filter({ hasText });
  await entry.first().click();
}

/** Puts the cursor at the end of a line, counted from 1, of the active editor. */
export async function goToLine(page: Page, line: number, column?: number): Promise<void> {
  await page.keyboard.press('Control+G');
  const input = page.locator('.quick-input-widget input[type=text]');
  await input.waitFor();
  await input.fill(`:${line}${column === undefined ? '' : `:${column}`}`);
  await page.keyboard.press('Enter');
  await input.waitFor({ state: 'hidden' });
  if (column === undefined) await page.keyboard.press('End');
}

/** Types at the cursor, key by key, so that completion and the language server see what they see with a user. */
export const type = (page: Page, text: string): Promise<void> => page.keyboard.type(text);

/** The line of the active editor that shows this text. */
export const editorLine = (page: Page, text: string): Locator =>
  page.locator('.editor-group-container.active .view-line', { hasText: text }).first();

/** What stands in a line, counted from 1, hints at its end included. The line has to be on screen. */
export async function lineText(page: Page, line: number): Promise<string> {
  const editor = page.locator('.editor-group-container.active .editor-instance');
  // All at once: what comes above a line moves it.
  const text = await editor.evaluate((element, wanted) => {
    const topOf = (each: Element) => each.getBoundingClientRect().top;
    const number = [...element.querySelectorAll('.line-numbers')].find((each) => each.textContent?.trim() === wanted);
    const row = [...element.querySelectorAll('.view-line')].find((each) => number && topOf(each) === topOf(number));
    return row?.textContent;
  }, String(line));
  if (text === undefined || text === null) throw new Error(`Line ${line} is not on screen.`);
  return plain(text);
}

/** Monaco's spaces do not break. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

/** Underlined lines of the active editor, counted from 1, each with how bad it is: `5 error`. In order. */
export function squiggles(page: Page): Promise<readonly string[]> {
  return page.locator('.editor-group-container.active .editor-instance').evaluate((editor) => {
    const lines = new Map(
      [...editor.querySelectorAll('.line-numbers')].map((each) => [
        each.getBoundingClientRect().top,
        Number(each.textContent),
      ]),
    );
    const found = [...editor.querySelectorAll('.view-overlays .cdr')].flatMap((each) => {
      const severity = /squiggly-(error|warning|info|hint)/.exec(each.className)?.[1];
      const line = lines.get(each.parentElement!.getBoundingClientRect().top);
      return severity && line ? [{ line, text: `${line} ${severity}` }] : [];
    });
    found.sort((a, b) => a.line - b.line);
    return [...new Set(found.map(({ text }) => text))];
  });
}

/** Rests the mouse on this text in the active editor and returns the hover that comes up. */
export async function hover(page: Page, text: string): Promise<Locator> {
  const word = page.locator('.editor-group-container.active .view-line span span', { hasText: text }).first();
  await word.hover();
  const shown = page.locator('.monaco-hover:not(.hidden) .hover-row').first();
  await shown.waitFor();
  return shown;
}

/** The open list of completions, once it shows an entry with this text. */
export async function completion(page: Page, text: string): Promise<Locator> {
  const row = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: text }).first();
  await row.waitFor();
  return row;
}

/** All labels of the open list of completions, as far as it is on screen, in order. */
export const completions = (page: Page): Promise<readonly string[]> =>
  page.locator('.suggest-widget.visible .monaco-list-row .label-name').allTextContents();

/** Opens Gantry's views in the side bar. */
export async function openGantry(page: Page): Promise<void> {
  await page.locator('.activitybar .action-item a[aria-label^="Gantry"]').click();
  await page.locator('.sidebar .composite.title', { hasText: 'Gantry' }).waitFor();
}

/** Opens Gantry's views with the room of the others left to the registries. */
export async function openRegistries(page: Page): Promise<void> {
  await openGantry(page);
  await fold(page, 'Containers');
  await fold(page, 'Images');
}

/** The row of this label in the view of this title, once it is there. The view is unfolded if need be. */
export async function treeRow(page: Page, view: string, label: string): Promise<Locator> {
  const pane = page.locator('.sidebar .pane', { has: page.locator(`.pane-header[aria-label^="${view}"]`) });
  const header = pane.locator('.pane-header');
  await header.waitFor();
  if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
  const labelled = page.locator('.label-name').getByText(label, { exact: true });
  const row = pane.locator('.monaco-list-row', { has: labelled }).first();
  await row.waitFor();
  return row;
}

/** Unfolds a row of a tree. */
export async function expand(row: Locator): Promise<void> {
  if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
}

/** Folds the view of this title, which leaves its room to the others. */
export async function fold(page: Page, view: string): Promise<void> {
  const header = page.locator(`.sidebar .pane-header[aria-label^="${view}"]`);
  if ((await header.getAttribute('aria-expanded')) === 'true') await header.click();
}

/** Waits until a row shows all of these texts. */
export async function rowWith(row: Locator, ...texts: readonly string[]): Promise<void> {
  let shown = row;
  for (const text of texts) shown = shown.filter({ hasText: text });
  await shown.waitFor();
}

/** The notification with this text, once it is there. */
export async function notification(page: Page, text: string): Promise<Locator> {
  const toast = page.locator('.notification-toast', { hasText: text }).first();
  await toast.waitFor();
  return toast;
}

/** Answers the modal question that is asked. */
export const confirm = (page: Page, answer: string): Promise<void> =>
  page.locator('.monaco-dialog-box').getByRole('button', { name: answer, exact: true }).click();

/** Writes this into the open input box, in place of what it holds, and accepts it. */
export async function answerInput(page: Page, text: string): Promise<void> {
  const input = page.locator('.quick-input-box input');
  await input.waitFor();
  await input.fill(text);
  await page.keyboard.press('Enter');
}

/** What the terminal on screen shows, without the blanks and lines at its end. */
export async function terminalText(page: Page): Promise<string> {
  const lines = await page.locator('.terminal-wrapper.active .xterm-rows > div').allTextContents();
  return lines
    .map((line) => plain(line).trimEnd())
    .join('\n')
    .trimEnd();
}

/** Chooses an entry of a row's context menu. With the keyboard: a menu that has just opened ignores clicks. */
export async function chooseFromMenu(page: Page, row: Locator, entry: string): Promise<void> {
  await row.click({ button: 'right' });
  const item = page.locator('.context-view .action-item').getByText(entry, { exact: true });
  await item.hover();
  await page.keyboard.press('Enter');
  await page.locator('.context-view .monaco-menu').waitFor({ state: 'hidden' });
}

/** Takes a picture of the window for whoever looks at the run afterwards. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: await artifact(`${name}.png`) });
}
