import { dockerfileText } from './dockerfileText.ts';
import { capabilities, type LanguageServer, startLanguageServer } from './languageServer.ts';

/** How long one thing took once. */
export interface Sample {
  readonly name: string;
  readonly ms: number;
}

/** How often a request is repeated on the same document: editors ask again and again. */
const repeats = 6;

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
  for (const lines of [50, 2000]) await measureDocument(server!, lines, time);
  await server!.stop();
  return samples;
}

type Time = <T>(name: string, work: () => Promise<T>) => Promise<T>;

async function measureDocument(server: LanguageServer, lineCount: number, time: Time): Promise<void> {
  const uri = `file:///bench/${lineCount}/Dockerfile`;
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

  // A comment sign before an instruction in the middle, put there and taken away.
  for (let version = 2; version < 2 + repeats; version++) {
    const there = version % 2 === 1;
    const range = { start: { line: from + 1, character: 0 }, end: { line: from + 1, character: there ? 1 : 0 } };
    await time(of('didChange to diagnostics'), async () => {
      const diagnostics = server.diagnostics(uri);
      await server.notify('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ range, text: there ? '' : '#' }],
      });
      return diagnostics;
    });
  }

  const requests = {
    completion: ['textDocument/completion', { textDocument, position: { line: lines.length - 1, character: 0 } }],
    hover: ['textDocument/hover', { textDocument, position: { line: from, character: 2 } }],
    symbols: ['textDocument/documentSymbol', { textDocument }],
  } as const;
  for (const [name, [method, params]] of Object.entries(requests)) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const answer = await time(of(name), () => server.request(method, params));
      // To say nothing quickly is no merit.
      if (isEmpty(answer)) throw new Error(`${method} on ${lineCount} lines was answered with nothing.`);
    }
  }
  await server.notify('textDocument/didClose', { textDocument });
}

function isEmpty(answer: unknown): boolean {
  if (!answer) return true;
  const list = Array.isArray(answer) ? answer : (answer as { items?: unknown }).items;
  return Array.isArray(list) && list.length === 0;
}
