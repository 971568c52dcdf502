/**
 * How much of what the layers hold is needed: over all paths the bytes of the smallest copy, of those of all copies. Source: dive's
 * filetree/efficiency.go. As there, a removed file is a copy of 0 bytes, and a removed folder one of as much as was in it.
 */
export class Efficiency {
  readonly #smallest: Float64Array;
  #all = 0;

  constructor(paths: number) {
    this.#smallest = new Float64Array(paths).fill(-1);
  }

  copy(path: number, bytes: number): void {
    this.#all += bytes;
    const smallest = this.#smallest[path] ?? -1;
    if (smallest < 0 || bytes < smallest) this.#smallest[path] = bytes;
  }

  /** From 0 to 1; 1 where nothing has any bytes. */
  score(): number {
    if (this.#all === 0) return 1;
    let needed = 0;
    for (const bytes of this.#smallest) if (bytes > 0) needed += bytes;
    return needed / this.#all;
  }
}
