import { defaultSizeOptions, type SizeOptions, sizeHints, sizeUnits } from '../language/sizes/sizeOptions.ts';

/** The settings `gantry.sizes.*`, and what of them means nothing, a sentence each: that is as if it was not there. */
export interface SizeSettings extends SizeOptions {
  readonly problems: readonly string[];
}

const bytesPerUnit = 1_000_000;

/** Reads them out of the section `gantry`, whatever is in it. */
export function readSizeSettings(section: Readonly<Record<string, unknown>>): SizeSettings {
  const problems: string[] = [];
  const { sizes } = section;
  const isObject = typeof sizes === 'object' && sizes !== null && !Array.isArray(sizes);
  if (isSet(sizes) && !isObject) problems.push(`gantry.sizes has to be an object, not ${shown(sizes)}.`);
  const { hints, threshold, units, codeLens } = (isObject ? sizes : {}) as Readonly<Record<string, unknown>>;

  const oneOf = <T extends string>(name: string, values: readonly T[], value: unknown, fallback: T): T => {
    const known = values.find((each) => each === value);
    if (known === undefined && isSet(value))
      problems.push(`gantry.sizes.${name} can be ${values.join(', ')}, not ${shown(value)}.`);
    return known ?? fallback;
  };
  const isAmount = typeof threshold === 'number' && Number.isFinite(threshold) && threshold >= 0;
  if (isSet(threshold) && !isAmount)
    problems.push(`gantry.sizes.threshold has to be a number of megabytes, not ${shown(threshold)}.`);
  if (isSet(codeLens) && typeof codeLens !== 'boolean')
    problems.push(`gantry.sizes.codeLens can be true or false, not ${shown(codeLens)}.`);
  return {
    hints: oneOf('hints', sizeHints, hints, defaultSizeOptions.hints),
    threshold: isAmount ? threshold * bytesPerUnit : defaultSizeOptions.threshold,
    units: oneOf('units', sizeUnits, units, defaultSizeOptions.units),
    codeLens: typeof codeLens === 'boolean' ? codeLens : defaultSizeOptions.codeLens,
    problems,
  };
}

/** Editors send null for what is not set. */
const isSet = (value: unknown): boolean => value !== undefined && value !== null;

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 100);
