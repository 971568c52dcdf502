/** Output of something that runs, and the way to talk to it. It lives until it ends by itself or the signal it was opened with aborts. */
export interface OutputStream {
  /**
   * The text as it comes; reading slowly slows the source. Returns the exit code where there is one, throws ProblemError
   * when the stream breaks. Whoever leaves it early calls `return()`.
   */
  readonly output: AsyncGenerator<string, number | undefined, void>;
  readonly terminal?: Terminal;
}

export interface Terminal {
  write(data: string): void;
  resize(columns: number, rows: number): void;
}
