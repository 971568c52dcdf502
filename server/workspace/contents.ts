import { type HadolintFile, readHadolintFile } from './hadolintFile.ts';
import { maxBytes, type SmallFile } from './smallFile.ts';

/** What a .hadolint.yaml says; one that is too large says nothing, and that this is so. */
export async function readHadolint({ text }: SmallFile): Promise<HadolintFile> {
  const file = await readHadolintFile(text ?? '');
  if (text !== undefined) return file;
  const start = { line: 0, character: 0 };
  const message = `This file is larger than ${maxBytes / 1024} KiB, so Gantry goes on without it.`;
  return { ...file, problems: [{ range: { start, end: start }, message, severity: 'error' }] };
}
