import type { FrameLocator, Page } from 'playwright-core';

/** The page of the webview that is on screen. */
export function webview(page: Page): FrameLocator {
  return page.locator('iframe.webview.ready:visible').last().contentFrame().locator('#active-frame').contentFrame();
}
