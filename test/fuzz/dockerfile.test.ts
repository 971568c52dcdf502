/** Any text can be typed: whatever it is, reading and checking it ends, and points nowhere outside it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { diagnosticsOf } from '../../server/language/diagnostics/diagnose.ts';
import { findingsIn, LintMemory } from '../../server/language/diagnostics/findings.ts';
import { type LintOptions, presets } from '../../server/language/diagnostics/lintOptions.ts';
import { wellKnownEnvironment } from '../../server/language/dockerfile/baseEnvironment.ts';
import type { Dockerfile } from '../../server/language/dockerfile/dockerfile.ts';
import { parse } from '../../server/language/dockerfile/parse.ts';
import { parserNodes } from '../../server/language/dockerfile/parserNodes.ts';
import { assertKept, assertReads, shown } from '../support/keptFindings.ts';
import { mutate } from '../support/mutate.ts';
import { random } from '../support/random.ts';
import { shell } from '../support/shell.ts';
import { assertFindingsInside, assertWellFormed } from '../support/wellFormed.ts';

const folder = new URL('../fixtures/dockerfiles/', import.meta.url);
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
const sources = files.map(({ text }) => text);
const everything: LintOptions = { preset: presets.at(-1)!, rules: {} };

const known = { environmentOf: wellKnownEnvironment, shell, now: 0 };

/** Reads it as an edit of `previous`, and checks that, and what every rule finds. */
function check(text: string, previous: Dockerfile, memory: LintMemory): Dockerfile {
  try {
    const dockerfile = parse(text, previous);
    assertWellFormed(dockerfile);
    const found = findingsIn(dockerfile, known, everything, memory);
    assertFindingsInside(dockerfile, diagnosticsOf(dockerfile, found));
    return dockerfile;
  } catch (error) {
    throw new Error(JSON.stringify(text), { cause: error });
  }
}

describe('Dockerfiles, of any text', () => {
  for (const { name, text } of files) {
    it(`${name}: each version of it while it is typed`, () => {
      const memory = new LintMemory();
      let dockerfile = parse('');
      for (let end = 1; end <= text.length; end++) dockerfile = check(text.slice(0, end), dockerfile, memory);
      assert.deepEqual(parserNodes(dockerfile), parserNodes(parse(text)));
    });
  }

  for (const { name, text } of files) {
    it(`${name}: its part of 40,000 random edits`, () => {
      const memory = new LintMemory();
      const original = parse(text);
      for (let seed = 1; seed <= Math.ceil(40_000 / files.length); seed++) {
        const mutated = mutate(text, sources, random(seed));
        const dockerfile = check(mutated, original, memory);
        if (seed % 10 !== 0) continue;
        const afresh = parse(mutated);
        assert.deepEqual(parserNodes(dockerfile), parserNodes(afresh), `seed ${seed}`);
        const kept = findingsIn(dockerfile, known, everything, memory).map(shown);
        assert.deepEqual(kept, findingsIn(afresh, known, everything).map(shown), `seed ${seed}`);
      }
    });
  }

  it('what is kept over 20,000 edits of lines that depend on one another is what a fresh check finds', () => {
    for (let seed = 1; seed <= 1000; seed++) assertKept(seed, 20);
  });

  it('each rule reads what it says, and nothing else', () => {
    for (let seed = 1; seed <= 1000; seed++) assertReads(seed);
  });
});
