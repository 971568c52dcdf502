const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'It is a folder. Name the Dockerfile in it.',
  EACCES: 'It may not be read or written by this user.',
};

/** What went wrong with arguments or a file, in a sentence. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [reason] = error.message.split(' To specify '); // parseArgs goes on about arguments that begin with a dash
  return reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? reason ?? '';
}
