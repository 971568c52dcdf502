// Makes resources/screenshot.png anew: a real VS Code with Gantry, an engine and a registry of their own, filled with
// what a small shop might have. Run `npm run package` before, then `node scripts/screenshot.ts`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { pushImage } from '../test/support/pushImage.ts';
import { openServedVsCode } from '../test/support/servedVsCode.ts';
import {
  answerInput,
  completion,
  editorLine,
  expand,
  goToLine,
  openFile,
  openGantry,
  runCommand,
  treeRow,
  type,
} from '../test/support/workbench.ts';
import { makeBaseImages } from './parts/baseImages.ts';
import { root } from './parts/dependencies.mjs';
import { dockerAt } from './parts/docker.ts';
import { startEngine } from './parts/engine.ts';
import { startRegistry } from './parts/registry.ts';
import { baseImage, nodeImage } from './parts/testNames.ts';

const dockerfile = `FROM node:22-alpine AS build
WORKDIR /src
COPY . .
RUN node bundle.cjs

FROM node:22-alpine AS final
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /src/dist ./
RUN node --check server.js && echo ok >/app/checked
EXPOSE 3000
USER 1000
CMD node server.js
`;
const bundle = `const { mkdirSync, writeFileSync } = require('node:fs');
mkdirSync('dist');
writeFileSync('dist/server.js', "require('node:http').createServer((_, to) => to.end('shop')).listen(3000);".padEnd(1_834_211));
writeFileSync('dist/assets', Buffer.alloc(3_402_118));
`;

const stops: (() => Promise<unknown>)[] = [];
try {
  const engine = await startEngine();
  stops.push(engine.stop);
  const registry = await startRegistry();
  stops.push(registry.stop);
  const config = await mkdtemp(join(tmpdir(), 'gantry-screenshot-'));
  stops.push(() => rm(config, { recursive: true }));
  const docker = dockerAt(engine.dockerHost);
  await fill(docker);
  for (const [repository, tags] of [
    ['shop/web', ['latest', '2.4.1', '2.4.0', '2.4.0-rc1', '2.3.7']],
    ['shop/worker', ['latest', '1.9']],
    ['tools/lint', ['3']],
  ] as const) {
    await pushImage({ registry: registry.address, repository }, tags, { app: Buffer.alloc(91_000, repository) });
  }
  const vscode = await openServedVsCode('samples/node-app', {
    env: { DOCKER_HOST: engine.dockerHost, DOCKER_CONFIG: config },
    files: { '.dockerignore': '', Dockerfile: dockerfile, 'bundle.cjs': bundle },
    settings: {
      'gantry.registries': [{ host: registry.address }],
      'workbench.colorTheme': 'Dark Modern',
      'editor.minimap.enabled': false,
    },
  });
  stops.push(vscode.close);
  const { page } = vscode;
  await openFile(page, 'Dockerfile');
  await runCommand(page, 'Gantry: Build Image…');
  await answerInput(page, 'shop/web:dev');
  await page.locator('.notification-toast', { hasText: 'Built shop/web:dev' }).waitFor();
  await runCommand(page, 'Notifications: Clear All Notifications');
  await runCommand(page, 'View: Toggle Panel Visibility');
  await openGantry(page);
  await expand(await treeRow(page, 'Images', 'shop/web'));
  await expand(await treeRow(page, 'Registries', registry.address));
  await expand(await treeRow(page, 'Registries', 'shop'));
  await expand(await treeRow(page, 'Registries', 'web'));
  await editorLine(page, 'COPY --from').getByText(/\d.MB/).waitFor();
  await goToLine(page, 13);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await type(page, `FROM ${registry.address}/shop/web:`);
  await completion(page, '2.4.1');
  await page.screenshot({ path: join(root, 'resources/screenshot.png') });
} finally {
  // Last started, first stopped; one that fails does not keep the others.
  for (const stop of stops.reverse()) await stop().catch(console.error);
}

/** Containers and images with everyday names. */
async function fill(docker: Docker): Promise<void> {
  await makeBaseImages(docker);
  await docker.getImage(nodeImage).tag({ repo: 'node', tag: '22-alpine' });
  await docker.getImage(nodeImage).remove();
  await docker.getImage(baseImage).tag({ repo: 'busybox', tag: '1.37' });
  await docker.getImage(baseImage).remove();
  const start = async (name: string, options: Docker.ContainerCreateOptions, runs = true) => {
    const Cmd = ['sh', '-c', runs ? "trap 'exit 0' TERM; while :; do sleep 1; done" : 'exit 0'];
    const container = await docker.createContainer({ name, Image: 'busybox:1.37', Cmd, ...options });
    await container.start();
  };
  const compose = (service: string) => ({
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': service,
  });
  const published = { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] };
  await start('shop-web-1', { Labels: compose('web'), HostConfig: { PortBindings: published } });
  await start('shop-worker-1', { Labels: compose('worker') });
  await start('shop-cache-1', { Labels: compose('cache') });
  await start('migrate', {}, false);
}
