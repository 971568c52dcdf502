import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CompletionList } from 'vscode-languageserver-types';
import type { Known } from '../../common/known.ts';
import type { Page, TagRow } from '../../common/registry.ts';
import { capabilities, type LanguageServer, startLanguageServer } from './languageServer.ts';
import type { Sample } from './measure.ts';

/** How long the registry takes for each answer. */
const answerMs = 100;
const tagCount = 10_000;
/** How often a list is asked for again once it is known. */
const repeats = 8;
const dockerfileUri = 'file:///bench/registry/Dockerfile';

/** The first is apart: it is the first list of all that the server reads, so what it needs for lists is loaded and compiled. */
const repositories = ['first', 'second', 'third', 'fourth'].map((name) => `bench/${name}`);

/**
 * Times what is said of repositories with 10,000 tags that the server knows nothing of, when somebody comes to them by way of the
 * registry's repositories. Of what waits for the registry, the time that the registry took is taken off: one answer of 100 ms.
 */
export async function measureRegistry(program: string): Promise<readonly Sample[]> {
  const registry = await startRegistry();
  const samples: Sample[] = [];
  try {
    for (const measured of [measureCompletion, measureTree]) {
      const storage = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
      const server = startLanguageServer(program);
      await server.request('initialize', {
        ...{ processId: process.pid, rootUri: null, capabilities },
        initializationOptions: { storage },
      });
      await server.notify('initialized', {});
      samples.push(...(await measured(server, registry)));
      await server.stop();
      await rm(storage, { recursive: true, force: true });
    }
  } finally {
    registry.stop();
  }
  return samples;
}

async function measureCompletion(server: LanguageServer, registry: SlowRegistry): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const typed = `FROM ${registry.host}/`;
  const opened = server.diagnostics(dockerfileUri);
  await server.notify('textDocument/didOpen', {
    textDocument: { uri: dockerfileUri, languageId: 'dockerfile', version: 1, text: typed },
  });
  await opened;
  let version = 1;
  const type = (text: string) =>
    server.notify('textDocument/didChange', {
      ...{ textDocument: { uri: dockerfileUri, version: ++version } },
      contentChanges: [{ text }],
    });
  const complete = async (text: string) => {
    const position = { line: 0, character: text.length };
    const list = await server.request('textDocument/completion', {
      ...{ textDocument: { uri: dockerfileUri }, position },
    });
    return (list as CompletionList).items.length;
  };
  await complete(typed);
  for (const [index, repository] of repositories.entries()) {
    const text = `FROM ${registry.host}/${repository}:`;
    await type(text);
    await registry.once(async (waited) => {
      const start = performance.now();
      if ((await complete(text)) === 0) throw new Error('No tag was offered at the first question.');
      const name = `completion, ${index === 0 ? 'first list of all' : 'cold'}, less one answer`;
      samples.push({ name, ms: performance.now() - start - waited() });
    });
    for (let repeat = 0; repeat < repeats; repeat++) {
      const start = performance.now();
      await complete(text);
      samples.push({ name: 'completion, from memory', ms: performance.now() - start });
    }
  }
  return samples;
}

async function measureTree(server: LanguageServer, registry: SlowRegistry): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const page = async (repository: string, cursor?: string) => {
    const answer = (await server.request('gantry/registries/tags', {
      ...{ host: registry.host, repository, order: 'version' },
      ...(cursor !== undefined && { cursor }),
    })) as Known<Page<TagRow>>;
    if (answer.state !== 'known' || answer.value.items.length === 0) throw new Error('A page of tags was empty.');
    return answer.value.cursor;
  };
  await server.request('gantry/registries/repositories', { host: registry.host });
  for (const [index, repository] of repositories.entries()) {
    const pulse = feelPulse(server);
    let next = await registry.once(async (waited) => {
      const start = performance.now();
      const cursor = await page(repository);
      const name = `first 100 in the tree${index === 0 ? ', first list of all' : ''}, less one answer`;
      samples.push({ name, ms: performance.now() - start - waited() });
      return cursor;
    });
    for (let repeat = 0; repeat < repeats && next !== undefined; repeat++) {
      const start = performance.now();
      next = await page(repository, next);
      samples.push({ name: 'next 100 in the tree', ms: performance.now() - start });
    }
    const ms = await pulse();
    samples.push({ name: `longest wait of others${index === 0 ? ', first list of all' : ''}`, ms });
  }
  return samples;
}

/** Asks for next to nothing again and again; returns how to end it and learn how long the slowest answer took. */
function feelPulse(server: LanguageServer): () => Promise<number> {
  let longest = 0;
  let over = false;
  const beating = (async () => {
    for (; !over; await delay(2)) {
      const start = performance.now();
      await server.request('textDocument/foldingRange', { textDocument: { uri: 'file:///none' } });
      longest = Math.max(longest, performance.now() - start);
    }
  })();
  return async () => {
    over = true;
    await beating;
    return longest;
  };
}

interface SlowRegistry {
  readonly host: string;
  /** Runs `work`, which is told how long the registry took for its answers so far, and fails if there was more than one. */
  once<T>(work: (waited: () => number) => Promise<T>): Promise<T>;
  stop(): void;
}

async function startRegistry(): Promise<SlowRegistry> {
  const tags = Array.from({ length: tagCount }, (_, n) => `${n % 40}.${n % 250}.${n}${n % 3 ? '-alpine' : ''}`);
  const catalog = JSON.stringify({ repositories });
  const bodies = new Map(repositories.map((name) => [`/v2/${name}/tags/list`, JSON.stringify({ name, tags })]));
  bodies.set('/v2/_catalog', catalog);
  let answers = 0;
  const server = createServer(({ url = '' }, response) => {
    answers += 1;
    const body = bodies.get(url.replace(/\?.*$/, '')) ?? '{}';
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), answerMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async once(work) {
      answers = 0;
      const result = await work(() => answers * answerMs);
      if (answers !== 1) throw new Error(`The registry was asked ${answers} times, not once.`);
      return result;
    },
    stop: () => void server.close(),
  };
}
