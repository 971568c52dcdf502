/**
 * `node dist/cli.js parse FILE…` prints how BuildKit reads each file: one JSON line a file, `{escape, nodes}` or `{error}`.
 * It exits with 1 when a file cannot be read; what BuildKit refuses is an answer, not a failure.
 */
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
      answer = parserNodes(parse(await readFile(file, 'utf8')));
    } catch (error) {
      code = 1;
      answer = { error: `${file}: ${error instanceof Error ? error.message : String(error)}` };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  return code;
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
