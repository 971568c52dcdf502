import { chromium } from 'playwright-core';
import { ensurePackages } from './apt.ts';
import { findProgram, PartMissing } from './command.ts';

const programs = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser in which the served VS Code is shown; on Debian-like systems one is installed if need be. */
export async function browserProgram(): Promise<string> {
  const found = findProgram(...programs, chromium.executablePath());
  if (found) return found;
  if (process.platform !== 'linux') {
    throw new PartMissing('No Chromium was found. Get one with: npx playwright-core install chromium');
  }
  // A bare system has no font at all, and the page would show boxes.
  await ensurePackages('The served VS Code', 'chromium', 'fonts-dejavu-core');
  return findProgram('chromium')!;
}

/** Headless, alone, and silent on the network; also as root, where Chromium's own sandbox cannot start. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

if (import.meta.main) console.log(await browserProgram());
