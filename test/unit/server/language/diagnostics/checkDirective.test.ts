import assert from 'node:assert/strict';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { diagnose } from '../../../../../server/language/diagnostics/diagnose.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { findings } from '../../../../support/findings.ts';

describe('check directives', () => {
  const cases: readonly (readonly [text: string, expected: readonly string[]])[] = [
    // the file's own
    ['# check=skip=all\nFROM a as B\nCMD x', []],
    ['# CHECK = skip=JSONArgsRecommended , FromAsCasing\nFROM a as b\nCMD x', []],
    ['# check=skip=all;experimental=all\n# x\nARG A\nFROM a', ['3 InvalidDefinitionDescription: ARG']],
    ['# check=skip=FromAsCasing\n# check=skip=all\nFROM a', ['2 DuplicateDirective: # check=skip=all']],
    ['# check=foo\nFROM a as b', ['1 InvalidCheckDirective: foo', '2 FromAsCasing: as']],
    ['# check=skip=all;foo=1\nFROM a', ['1 InvalidCheckDirective: foo=1']],
    ['# check=error=yes\nFROM a', ['1 InvalidCheckDirective: error=yes']],
    ['# check=error=true;skip=FromAsCasing;\nFROM a', ['1 InvalidCheckDirective: ']],
    ['# check=skip=FromAsCase\nFROM a', ['1 UnknownCheck: FromAsCase']],
    ['# check=skip=fromAsCasing,;experimental=X\nFROM a', ['1 UnknownCheck: fromAsCasing', '1 UnknownCheck: X']],
    // above one instruction
    ['FROM a\n# check=skip=JSONArgsRecommended\nCMD x', []],
    ['FROM a\n# why\n# check=skip=JSONArgsRecommended because\n# so\nCMD x', []],
    ['FROM a\n# check=skip=all\nRUN y\nCMD x', ['4 JSONArgsRecommended: CMD x']],
    ['FROM a\n# check=skip=all\n#\nCMD x', ['2 IneffectiveCheckComment: skip=all', '4 JSONArgsRecommended: CMD x']],
    ['FROM a\nCMD ["y"]\n# check=skip=MultipleInstructionsDisallowed\nCMD ["x"]', []],
    ['FROM a\n# check=skip=MultipleInstructionsDisallowed\nCMD ["y"]\nCMD ["x"]', []],
    ['FROM a\n# check=skipp=all\nCMD ["x"]', ['2 IneffectiveCheckComment: skipp=all']],
    ['FROM a\n# check=skip=Nope\nCMD ["x"]', ['2 UnknownCheck: Nope']],
    ['FROM a\n# check=experimental=all\nARG B', ['3 InvalidDefinitionDescription: ARG']],
    ['FROM a\n# check=skip=all\nFOO x', ['3 UnknownInstruction: FOO']],
  ];
  for (const [text, expected] of cases) it(JSON.stringify(text), () => assert.deepEqual(findings(text), expected));

  it('makes errors of warnings where error=true', () => {
    const severities = (text: string) => diagnose(parse(text)).map(({ severity }) => severity);
    assert.deepEqual(severities('# check=error=true\nFROM a as b'), [DiagnosticSeverity.Error]);
    assert.deepEqual(severities('# check=error=false\nFROM a as b'), [DiagnosticSeverity.Warning]);
  });
});
