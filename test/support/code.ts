#!/usr/bin/env -S node --disable-warning=MODULE_TYPELESS_PACKAGE_JSON
// VS Code's command line as far as @vscode/test-electron uses it, for the served VS Code in a headless browser:
// --extensionDevelopmentPath, --extensionTestsPath, --user-data-dir and a folder. Ends with the tests' exit code.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { browserFlags, browserProgram } from '../../scripts/parts/chromium.ts';
import { startVsCodeServer } from '../../scripts/parts/vsCodeServer.ts';

const { values, positionals } = parseArgs({ strict: false, allowPositionals: true });
const flag = (name: string): string => {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`--${name}= is missing.`);
  return value;
};
const folder = positionals[0];
if (!folder) throw new Error('The folder to open is missing.');

const server = await startVsCodeServer({ dataFolder: join(flag('user-data-dir'), 'server'), payloads: true });
const browser = await chromium.launch({ executablePath: await browserProgram(), args: browserFlags });
const page = await browser.newPage();

const exitCode = await new Promise<number>((resolve, reject) => {
  page.on('crash', () => reject(new Error('The page of VS Code crashed.')));
  void server.ended.then(() => reject(new Error('The VS Code server ended before the tests did.')));
  const shown = Promise.all([
    page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
      console.log(`[${type}]`, ...args);
    }),
    page.exposeFunction('codeAutomationExit', (code: number) => resolve(code)),
  ]).then(() =>
    page.goto(
      server.address(folder, {
        extensionDevelopmentPath: server.file(flag('extensionDevelopmentPath')),
        extensionTestsPath: server.file(flag('extensionTestsPath')),
        skipWelcome: 'true',
      }),
    ),
  );
  shown.catch(reject);
}).finally(async () => {
  await browser.close();
  await server.stop();
});
process.exitCode = exitCode;
