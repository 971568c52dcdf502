/** A size in bytes that knows what it measures. Sizes of different `kind` are never added together. */
export interface Size {
  readonly bytes: number;
  /** `compressed`: as a registry stores it. `unpacked`: as an engine's disk holds it. */
  readonly kind: 'compressed' | 'unpacked';
  readonly source: 'engine' | 'registry' | 'cache' | 'context' | 'estimate';
  /** False when something it depends on has changed since it was measured. */
  readonly fresh: boolean;
}
