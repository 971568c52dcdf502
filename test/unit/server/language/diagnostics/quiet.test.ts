import assert from 'node:assert/strict';
import { findingsIn, LintMemory } from '../../../../../server/language/diagnostics/findings.ts';
import type { Knowledge } from '../../../../../server/language/diagnostics/rule.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { entangledFiles, everyRule, everythingKnown } from '../../../../support/faultyLines.ts';
import { assertKept, assertReads, assertReadsIn, readers } from '../../../../support/keptFindings.ts';

describe('a check of an edited file', () => {
  it('finds what a check of the same file finds that knows of no version before', () => {
    for (let seed = 1; seed <= 40; seed++) assertKept(seed, 10);
  });

  it('finds anew what rests on what is known beyond the file', () => {
    const memory = new LintMemory();
    const dockerfile = parse('FROM mcr.microsoft.com/dotnet/sdk:6.0\nCOPY dist /\n');
    const names = (knowledge: Partial<Knowledge>) =>
      findingsIn(dockerfile, { environmentOf: () => undefined, ...knowledge }, everyRule, memory)
        .map(({ rule }) => rule.name)
        .filter((name) => /Ignored|EndOfLife/.test(name));
    assert.deepEqual(names({}), []);
    assert.deepEqual(names({ ignore: everythingKnown.ignore! }), ['CopyIgnoredFile']);
    assert.deepEqual(names({ now: everythingKnown.now! }), ['DotnetEndOfLife']);
  });
});

describe('a rule that says what it reads', () => {
  it('finds the same where there is nothing else', () => {
    for (let seed = 1; seed <= 60; seed++) assertReads(seed);
  });

  it('finds something else where any of it is missing', () => {
    const all = new Set(readers.flatMap(({ name, reads }) => reads!.map((keyword) => `${name} reads ${keyword}`)));
    for (const text of entangledFiles)
      assertReadsIn(text, ({ name }, keyword) => all.delete(`${name} reads ${keyword}`));
    assert.deepEqual([...all], []);
  });
});
