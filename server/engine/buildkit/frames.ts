import { ProblemError } from '../../util/problemError.ts';

/** BuildKit itself refuses more; a length beyond it is not gRPC. */
const maximumBytes = 64 * 1024 * 1024;
const headerBytes = 5;

/** A gRPC message with its prefix: one flag byte, four of length. Source: grpc/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message". */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headerBytes + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, headerBytes);
  return framed;
}

/**
 * Cuts a byte stream into gRPC messages however it was chunked. `push` returns the messages that are complete now.
 * Throws ProblemError `badAnswer` on a compressed message (never asked for) or an absurd length.
 */
export function frameReader(): { push(chunk: Uint8Array): Uint8Array[]; readonly partial: boolean } {
  let parts: Uint8Array[] = [];
  let held = 0;
  let wanted = headerBytes;
  return {
    get partial() {
      return held > 0;
    },
    push(chunk) {
      parts.push(chunk);
      held += chunk.length;
      if (held < wanted) return [];
      const bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const messages: Uint8Array[] = [];
      let at = 0;
      wanted = headerBytes;
      while (bytes.length - at >= headerBytes) {
        const length = view.getUint32(at + 1);
        if (bytes[at] !== 0 || length > maximumBytes) throw notGrpc();
        wanted = headerBytes + length;
        if (bytes.length - at < wanted) break;
        messages.push(bytes.subarray(at + headerBytes, at + wanted));
        at += wanted;
        wanted = headerBytes;
      }
      const rest = bytes.subarray(at);
      parts = rest.length > 0 ? [rest] : [];
      held = rest.length;
      return messages;
    },
  };
}

function notGrpc(): ProblemError {
  return new ProblemError({
    kind: 'badAnswer',
    subject: 'BuildKit',
    message: 'The engine sent something on its BuildKit connection that is not gRPC.',
  });
}
