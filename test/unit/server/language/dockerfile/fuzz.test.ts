import { readFileSync } from 'node:fs';
import { diagnose } from '../../../../../server/language/diagnostics/diagnose.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { variablesInScope } from '../../../../../server/language/dockerfile/scope.ts';
import { mutate } from '../../../../support/mutate.ts';
import { random } from '../../../../support/random.ts';
import { assertFindingsInside, assertWellFormed } from '../../../../support/wellFormed.ts';

const sources: readonly string[] = ['parser-cases.json', 'parser-cases-read.json'].flatMap((file) =>
  JSON.parse(readFileSync(new URL(`../../../../fixtures/${file}`, import.meta.url), 'utf8')).map(
    ({ dockerfile }: { dockerfile: string }) => dockerfile,
  ),
);

function check(text: string): void {
  const dockerfile = parse(text);
  assertWellFormed(dockerfile);
  assertFindingsInside(dockerfile, diagnose(dockerfile));
  variablesInScope(dockerfile, text.length >> 1);
}

/** test/fuzz does the same at length. */
describe('parse, of text that is just being typed', () => {
  it('keeps every span inside its parent for each prefix of each case', () => {
    for (const source of sources) for (let end = 0; end < source.length; end++) check(source.slice(0, end));
  });

  it('keeps every span inside its parent after random edits', () => {
    for (let seed = 1; seed <= 1500; seed++) {
      const next = random(seed);
      const text = mutate(sources[next(sources.length)]!, sources, next);
      try {
        check(text);
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
      }
    }
  });
});
