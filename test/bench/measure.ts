import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { dockerfileText } from './dockerfileText.ts';
import { capabilities, type LanguageServer, startLanguageServer } from './languageServer.ts';

/** How long one thing took once. */
export interface Sample {
  readonly name: string;
  readonly ms: number;
}

/** How often a request is repeated on the same document: editors ask again and again. */
const repeats = 6;

/** How often everything is timed where growth is measured, and how often before, so that what is timed is compiled. */
const turns = 15;
const untimedTurns = 5;

/** A server may have more to say of a file that was just opened; what it says then is no answer to an edit. */
const settleMs = 400;

/** Starts the server afresh and times what an editor does with it, on a short and on a long document. */
export async function measure(program: string): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const time = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    samples.push({ name, ms: performance.now() - start });
    return result;
  };

  let server: LanguageServer | undefined;
  await time('initialize', () => {
    server = startLanguageServer(program);
    return server.request('initialize', { processId: process.pid, rootUri: null, capabilities });
  });
  await server!.notify('initialized', {});
  for (const lines of [50, 2000]) await measureDocument(server!, lines, time, ['completion', 'hover', 'symbols']);
  await server!.stop();
  return samples;
}

/**
 * Times opening, editing and every feature on documents of these lengths, in one server. Each feature is asked directly after an
 * edit, which is when nothing is known yet, and the lengths take turns: what the machine and the garbage collector do meanwhile
 * happens to all of them.
 */
export async function measureGrowth(program: string, lengths: readonly number[]): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const server = startLanguageServer(program);
  await server.request('initialize', { processId: process.pid, rootUri: null, capabilities });
  await server.notify('initialized', {});
  const timed: Time = async (name, work) => {
    const start = performance.now();
    const result = await work();
    samples.push({ name, ms: performance.now() - start });
    return result;
  };
  for (let turn = -untimedTurns; turn < turns; turn++) {
    const time: Time = turn < 0 ? (_, work) => work() : timed;
    for (const lines of lengths) {
      const document = await openDocument(server, lines, time);
      for (const feature of features) {
        await document.edit();
        await document.ask(feature);
      }
      await document.close();
    }
  }
  await server.stop();
  return samples;
}

type Time = <T>(name: string, work: () => Promise<T>) => Promise<T>;
type Feature = (typeof features)[number];

const features = [
  'completion',
  'hover',
  'symbols',
  'folding',
  'definition',
  'references',
  'highlight',
  'codeAction',
  'fixAll',
  'inlayHints',
] as const;

async function measureDocument(
  server: LanguageServer,
  lineCount: number,
  time: Time,
  asked: readonly Feature[],
): Promise<void> {
  const document = await openDocument(server, lineCount, time);
  for (let repeat = 0; repeat < repeats; repeat++) await document.edit();
  for (const feature of asked) for (let repeat = 0; repeat < repeats; repeat++) await document.ask(feature);
  await document.close();
}

interface OpenDocument {
  /** A comment sign before an instruction in the middle, put there and taken away in turn. */
  edit(): Promise<void>;
  ask(feature: Feature): Promise<void>;
  close(): Promise<void>;
}

/** Opens a document of this length, and times what is done with it from then on. */
async function openDocument(server: LanguageServer, lineCount: number, time: Time): Promise<OpenDocument> {
  // What is still said of a closed document is no answer about this one.
  const uri = `file:///bench/${randomUUID()}/Dockerfile`;
  const text = dockerfileText(lineCount);
  const lines = text.split('\n');
  const from = lines.findIndex((line, index) => index > lines.length / 2 && /^from/i.test(line));
  const of = (what: string) => `${what}, ${lineCount} lines`;
  const textDocument = { uri };

  await time(of('didOpen to diagnostics'), async () => {
    const diagnostics = server.diagnostics(uri);
    await server.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'dockerfile', version: 1, text },
    });
    return diagnostics;
  });
  await delay(settleMs);

  const stage = lines.findIndex((line, index) => index > lines.length / 2 && /^FROM/.test(line));
  const position = { line: stage, character: lines[stage]!.length - 1 };
  const whole = { start: { line: 0, character: 0 }, end: { line: lines.length - 1, character: 0 } };
  const part = { start: { line: stage, character: 0 }, end: { line: stage + 20, character: 0 } };
  const requests = {
    completion: ['textDocument/completion', { textDocument, position: { line: lines.length - 1, character: 0 } }],
    hover: ['textDocument/hover', { textDocument, position: { line: from, character: 2 } }],
    symbols: ['textDocument/documentSymbol', { textDocument }],
    folding: ['textDocument/foldingRange', { textDocument }],
    definition: ['textDocument/definition', { textDocument, position }],
    references: ['textDocument/references', { textDocument, position, context: { includeDeclaration: true } }],
    highlight: ['textDocument/documentHighlight', { textDocument, position }],
    codeAction: ['textDocument/codeAction', { textDocument, range: part, context: { diagnostics: [] } }],
    fixAll: [
      'textDocument/codeAction',
      { textDocument, range: whole, context: { diagnostics: [], only: ['source.fixAll'] } },
    ],
    inlayHints: ['textDocument/inlayHint', { textDocument, range: whole }],
  } as const;

  let version = 1;
  return {
    async edit() {
      const there = ++version % 2 === 1;
      const range = { start: { line: from + 1, character: 0 }, end: { line: from + 1, character: there ? 1 : 0 } };
      await time(of('didChange to diagnostics'), async () => {
        const diagnostics = server.diagnostics(uri);
        await server.notify('textDocument/didChange', {
          textDocument: { uri, version },
          contentChanges: [{ range, text: there ? '' : '#' }],
        });
        return diagnostics;
      });
    },
    async ask(feature) {
      const [method, params] = requests[feature];
      const answer = await time(of(feature), () => server.request(method, params));
      // To say nothing quickly is no merit. Sizes are known of built images only.
      if (isEmpty(answer) && feature !== 'inlayHints')
        throw new Error(`${method} on ${lineCount} lines was answered with nothing.`);
    },
    close: () => server.notify('textDocument/didClose', { textDocument }),
  };
}

function isEmpty(answer: unknown): boolean {
  if (!answer) return true;
  const list = Array.isArray(answer) ? answer : (answer as { items?: unknown }).items;
  return Array.isArray(list) && list.length === 0;
}
