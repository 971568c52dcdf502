import type { Dockerfile } from './dockerfile/dockerfile.ts';
import { stageSources } from './stageUses.ts';

/** `wanted`, or with a number behind it where that means something in the file already: a stage, an image, another context. */
export function freeStageName(dockerfile: Dockerfile, wanted: string): string {
  const taken = new Set(['scratch', 'context']);
  for (const { name, image, instructions } of dockerfile.stages) {
    for (const word of [name, image]) if (word) taken.add(word.value.toLowerCase());
    for (const instruction of instructions)
      for (const { value } of stageSources(dockerfile, instruction)) taken.add(value.toLowerCase());
  }
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}${number}`)) number++;
  return `${wanted}${number}`;
}
