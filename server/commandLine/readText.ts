import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';

/** A file's text, or that of the standard input for `-`. */
export interface ReadText {
  readonly text: string;
  /** Offset in `text` of the first bytes that are no UTF-8; they stand there as U+FFFD. */
  readonly brokenAt?: number;
}

/** Throws as node:fs does. */
export async function readText(file: string): Promise<ReadText> {
  const bytes = file === '-' ? await readInput() : await readFile(file);
  const text = bytes.toString('utf8');
  return isUtf8(bytes) ? { text } : { text, brokenAt: firstBroken(bytes) };
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Line by line, so that no character is cut. A U+FFFD that was written as such before it in its line is taken for it. */
function firstBroken(bytes: Buffer): number {
  let at = 0;
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed + 1;
    const line = bytes.subarray(start, end);
    const text = line.toString('utf8');
    if (!isUtf8(line)) return at + text.indexOf('\ufffd');
    at += text.length;
    start = end;
  }
  return at;
}
