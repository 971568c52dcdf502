export {};

declare global {
  /** The part of the web's AbortSignal that this room uses. It is pure ECMAScript: neither Node's nor the DOM's types are here. */
  interface AbortSignal {
    readonly aborted: boolean;
    readonly reason: unknown;
    throwIfAborted(): void;
    addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
    removeEventListener(type: 'abort', listener: () => void): void;
  }
}
