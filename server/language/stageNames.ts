import type { Dockerfile } from './dockerfile/dockerfile.ts';
import { perFile } from './perFile.ts';
import { stageSources } from './stageUses.ts';

/** What a stage's name would mean something else for: stages, images, other contexts. */
const taken = perFile(({ stages }) => {
  const names = new Set(['scratch', 'context']);
  for (const { name, image, instructions } of stages) {
    for (const word of [name, image]) if (word) names.add(word.value.toLowerCase());
    for (const instruction of instructions)
      for (const { value } of stageSources(instruction)) names.add(value.toLowerCase());
  }
  return names;
});

/** `wanted`, or with a number behind it where that means something in the file already. */
export function freeStageName(dockerfile: Dockerfile, wanted: string): string {
  const names = taken(dockerfile);
  if (!names.has(wanted)) return wanted;
  let number = 2;
  while (names.has(`${wanted}${number}`)) number++;
  return `${wanted}${number}`;
}
