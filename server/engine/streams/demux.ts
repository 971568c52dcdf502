import { StringDecoder } from 'node:string_decoder';
import { badAnswer } from '../engineProblem.ts';

const headerBytes = 8;
/** stdin, stdout, stderr, and what the engine itself has to say when reading the log fails. */
const streams = 4;

/**
 * Takes apart what the engine sends of a container without a terminal: frames of stdout and stderr, each with a header
 * `[stream, 0, 0, 0, length (uint32 big endian)]`, cut anywhere. Source: moby api/pkg/stdcopy.
 */
export class Demultiplexer {
  private readonly header = Buffer.alloc(headerBytes);
  private headerLength = 0;
  private payloadLeft = 0;
  /** A character may be cut between two frames of one stream, with a frame of the other in between. */
  private readonly decoders = Array.from({ length: streams }, () => new StringDecoder('utf8'));

  /** The text of all streams, in the order in which it was printed. Throws ProblemError for what is no frame. */
  decode(chunk: Buffer): string {
    const texts: string[] = [];
    for (let offset = 0; offset < chunk.length; ) {
      if (this.payloadLeft === 0) {
        const end = Math.min(chunk.length, offset + headerBytes - this.headerLength);
        this.headerLength += chunk.copy(this.header, this.headerLength, offset, end);
        offset = end;
        if (this.headerLength < headerBytes) break;
        this.headerLength = 0;
        this.payloadLeft = this.header.readUInt32BE(4);
        if ((this.header.readUInt32BE(0) & 0x00ffffff) !== 0 || this.stream >= streams) {
          throw badAnswer('output', 'it is not made of frames');
        }
      } else {
        const end = Math.min(chunk.length, offset + this.payloadLeft);
        texts.push(this.decoders[this.stream]!.write(chunk.subarray(offset, end)));
        this.payloadLeft -= end - offset;
        offset = end;
      }
    }
    return texts.join('');
  }

  private get stream(): number {
    return this.header.readUInt8(0);
  }
}
