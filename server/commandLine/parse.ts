import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { parse } from '../language/dockerfile/parse.ts';
import { type ParserAnswer, parserNodes } from '../language/dockerfile/parserNodes.ts';

/** One JSON line a file. Resolves to the exit code: 1 where a file cannot be read. */
export async function printParse(files: readonly string[], write: (text: string) => void): Promise<number> {
  let code = 0;
  for (const file of files) {
    let answer: ParserAnswer;
    try {
      answer = parserNodes(parse(decode(await readFile(file))));
    } catch (error) {
      code = 1;
      answer = { error: `${file}: ${error instanceof Error ? error.message : String(error)}` };
    }
    write(`${JSON.stringify(answer)}\n`);
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
