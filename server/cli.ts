/** `node dist/cli.js parse FILE…`: prints how BuildKit reads each file, one JSON line a file. */
import { readFile } from 'node:fs/promises';
import { parse } from './language/dockerfile/parse.ts';
import { parserNodes } from './parserNodes.ts';

async function main([command, ...files]: readonly string[]): Promise<number> {
  if (command !== 'parse' || files.length === 0) {
    process.stderr.write('Usage: node dist/cli.js parse FILE…\n');
    return 2;
  }
  let code = 0;
  for (const file of files) {
    try {
      process.stdout.write(`${JSON.stringify(parserNodes(parse(await readFile(file, 'utf8'))))}\n`);
    } catch (error) {
      code = 1;
      process.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
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
