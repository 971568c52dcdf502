import type { OutputStream } from '../../server/engine/streams/outputStream.ts';

/** Reads a stream as a person would: until something stands there. */
export class StreamText {
  text = '';
  exitCode: number | undefined;
  private readonly stream: OutputStream;

  constructor(stream: OutputStream) {
    this.stream = stream;
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text);
      if (match !== null) return match;
      const next = await this.stream.output.next();
      if (next.done) throw new Error(`the stream ended before ${pattern}: ${JSON.stringify(this.text)}`);
      this.text += next.value;
    }
  }

  async untilEnd(): Promise<string> {
    let next = await this.stream.output.next();
    for (; !next.done; next = await this.stream.output.next()) this.text += next.value;
    this.exitCode = next.value;
    return this.text;
  }

  write(data: string): void {
    this.stream.terminal?.write(data);
  }
}
