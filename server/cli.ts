/**
 * `node dist/cli.js parse FILE…` prints how BuildKit reads each file: one JSON line a file, `{escape, nodes}` or `{error}`.
 * It exits with 1 when a file cannot be read; what BuildKit refuses is an answer, not a failure.
 */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { parse } from './language/dockerfile/parse.ts';
import { type ParserAnswer, parserNodes } from './language/dockerfile/parserNodes.ts';

async function main([command, ...files]: readonly string[]): Promise<number> {
  if (command !== 'parse' || files.length === 0) {
    process.stderr.write('Usage: node dist/cli.js parse FILE…\n');
    return 2;
  }
  let code = 0;
  for (const file of files) {
    let answer: ParserAnswer;
    try {
      answer = parserNodes(parse(decode(await readFile(file))));
    } catch (error) {
      code = 1;
      answer = { error: `${file}: ${error instanceof Error ? error.message : String(error)}` };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  return code;
}

/** UTF-8, where each byte that belongs to no character is one U+FFFD, as in what Go prints of such bytes. */
function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const characters: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const width = [1, 2, 3, 4].find((length) => isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length);
    characters.push(width === undefined ? '\ufffd' : bytes.toString('utf8', at, at + width));
    at += width ?? 1;
  }
  return characters.join('');
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = 1;
    process.stderr.write(`${String(error)}\n`);
  },
);
