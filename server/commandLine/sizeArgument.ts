/** By how many bytes each unit counts; as everywhere, `MB` is a million of them. */
const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  ...{ kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 },
  ...{ k: 1e3, m: 1e6, g: 1e9, t: 1e12 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 },
};

/** Bytes, as somebody writes them: `200MB`, `1.5 GiB`, `4096`. Throws an Error that says how. */
export function readSize(option: string, text: string): number {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?) ?([a-z]{0,3})$/i.exec(text) ?? [];
  const factor = units[unit.toLowerCase()];
  if (number === undefined || factor === undefined)
    throw new Error(`${option} takes a size like 200MB or 1GiB, not "${text}".`);
  return Math.floor(Number(number) * factor);
}

/** From 0 to 1, as somebody writes it: `0.95` or `95%`. Throws an Error that says how. */
export function readRatio(option: string, text: string): number {
  const [, number, percent] = /^(\d{1,3}(?:\.\d{1,9})?)(%?)$/.exec(text) ?? [];
  const ratio = Number(number ?? Number.NaN) / (percent === '%' ? 100 : 1);
  if (!(ratio <= 1)) throw new Error(`${option} takes a ratio like 0.95 or 95%, not "${text}".`);
  return ratio;
}
