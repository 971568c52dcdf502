/** How much of a stream is on its way to the client. Bytes are those of UTF-8. */
export class SendWindow {
  private readonly windowBytes: number;
  private unacknowledged = 0;
  private grew: (() => void) | undefined;

  constructor(windowBytes: number) {
    this.windowBytes = windowBytes;
  }

  /** Text in pieces that each fit, no character cut. */
  *pieces(text: string): Generator<string> {
    // A UTF-16 unit is at most three bytes of UTF-8.
    const most = Math.max(2, Math.floor(this.windowBytes / 6));
    for (let start = 0; start < text.length; ) {
      let end = Math.min(text.length, start + most);
      if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end--;
      yield text.slice(start, end);
      start = end;
    }
  }

  /** Resolves when `piece` may be sent and counts it as sent. One caller at a time. */
  async take(piece: string, signal: AbortSignal): Promise<void> {
    const bytes = Buffer.byteLength(piece);
    signal.throwIfAborted();
    while (this.unacknowledged > 0 && this.unacknowledged + bytes > this.windowBytes) await this.growth(signal);
    this.unacknowledged += bytes;
  }

  acknowledge(bytes: number): void {
    // A client that counts wrong shall not open the window wider than it is.
    if (!(bytes > 0)) return;
    this.unacknowledged = Math.max(0, this.unacknowledged - bytes);
    this.grew?.();
  }

  private growth(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.grew = () => {
        signal.removeEventListener('abort', abort);
        this.grew = undefined;
        resolve();
      };
    });
  }
}
