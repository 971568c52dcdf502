import assert from 'node:assert/strict';
import { findingsIn, LintMemory } from '../../../../server/language/diagnostics/findings.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { fixAll } from '../../../../server/language/fixAll.ts';
import { entangledFiles, everyRule, everythingKnown } from '../../../support/faultyLines.ts';
import { shown } from '../../../support/keptFindings.ts';

const lint = (text: string, memory: LintMemory) => {
  const dockerfile = parse(text);
  return { dockerfile, findings: findingsIn(dockerfile, everythingKnown, everyRule, memory) };
};

describe('the fix of all that is safe to fix', () => {
  it('is the same with what was found before as without, and leaves that as it was', () => {
    let fixed = 0;
    for (const text of entangledFiles.filter((_, index) => index % 5 === 0)) {
      const memory = new LintMemory();
      const { dockerfile, findings } = lint(text, memory);
      const how = { findings, knowledge: everythingKnown, options: everyRule };
      const { checked } = memory;
      const edits = fixAll(dockerfile, { ...how, memory });
      assert.deepEqual(edits, fixAll(dockerfile, how), text);
      assert.equal(memory.checked, checked);
      const again = findingsIn(dockerfile, everythingKnown, everyRule, memory);
      assert.deepEqual(again.map(shown), lint(text, new LintMemory()).findings.map(shown), text);
      fixed += edits.length;
    }
    assert.ok(fixed > 0);
  });
});
