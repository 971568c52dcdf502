import { StringDecoder } from 'node:string_decoder';

const maxLineLength = 16 * 1024 * 1024;

/**
 * The non-empty lines of a UTF-8 stream, wherever its chunks are cut. What follows the last line break counts as a line.
 * Throws RangeError when a line does not end.
 */
export async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const complete = (rest + decoder.write(chunk)).split('\n');
    rest = complete.pop() ?? '';
    if (rest.length > maxLineLength) throw new RangeError(`a line of more than ${maxLineLength} characters`);
    for (const line of complete) if (line.trim() !== '') yield line;
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield rest;
}
