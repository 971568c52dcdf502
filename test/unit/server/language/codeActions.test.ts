import assert from 'node:assert/strict';
import { applyEdits } from '../../../../server/language/applyEdits.ts';
import { codeActions, fixAll } from '../../../../server/language/codeActions.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import { rangeOf } from '../../../../server/language/position.ts';
import { assertFix, fixesOf } from '../../../support/fixes.ts';

/** The text after the first fix of a finding of `code`; undefined where it has none. */
function fixed(text: string, code: string): string | undefined {
  const [fix] = fixesOf(text, code);
  return fix && applyEdits(text, fix.edits);
}

describe('quick fixes', () => {
  const cases: readonly (readonly [code: string, before: string, after: string])[] = [
    ['ConsistentInstructionCasing', 'FROM a\nrun \\\n  x # y\nRUN z', 'FROM a\nRUN \\\n  x # y\nRUN z'],
    ['FromAsCasing', 'FROM  a  as  b # c', 'FROM  a  AS  b # c'],
    ['ExposeInvalidFormat', 'FROM a\nEXPOSE 1 127.0.0.1:80:8080/udp 2', 'FROM a\nEXPOSE 1 8080/udp 2'],
    ['ExposeProtoCasing', 'FROM a\nEXPOSE 80/TCP \\\n 81', 'FROM a\nEXPOSE 80/tcp \\\n 81'],
    ['FromPlatformFlagConstDisallowed', 'FROM --platform=linux/amd64  a AS b', 'FROM a AS b'],
    ['RedundantTargetPlatform', 'FROM --platform=${TARGETPLATFORM} a', 'FROM a'],
    ['RedundantTargetPlatform', 'FROM --platform=$TARGETPLATFORM \\\n  a', 'FROM \\\n  a'],
    ['StageNameCasing', 'FROM a AS Build', 'FROM a AS build'],
    ['LegacyKeyValueFormat', 'FROM a\nENV  a  b', 'FROM a\nENV  a=b'],
    ['LegacyKeyValueFormat', 'FROM a\nENV a b $c  d', 'FROM a\nENV a="b $c  d"'],
    ['LegacyKeyValueFormat', 'FROM a\nENV a b \\\n  # why\n  c', 'FROM a\nENV a="b \\\n  # why\n  c"'],
    ['LegacyKeyValueFormat', 'FROM a\nLABEL a "b c"', 'FROM a\nLABEL a="b c"'],
    [
      'MaintainerDeprecated',
      'FROM a\nMAINTAINER me <a@b.c>',
      'FROM a\nLABEL org.opencontainers.image.authors="me <a@b.c>"',
    ],
    ['MaintainerDeprecated', 'from a\nmaintainer "m$"', 'from a\nlabel org.opencontainers.image.authors="m\\$"'],
    ['MultipleInstructionsDisallowed', 'FROM a\nCMD ["x", \\\n "y"]\n# z\nCMD ["z"]', 'FROM a\n# z\nCMD ["z"]'],
    ['NoEmptyContinuation', 'FROM a\nRUN x \\\n\n  # y\n\t\n  && z\n', 'FROM a\nRUN x \\\n  # y\n  && z\n'],
    ['NoEmptyContinuation', 'FROM a\r\nRUN x \\\r\n\r\n && z\r\n', 'FROM a\r\nRUN x \\\r\n && z\r\n'],
    ['UndefinedVar', 'FROM alpine\nARG VERSION\nUSER ${VERISON:-1}', 'FROM alpine\nARG VERSION\nUSER ${VERSION:-1}'],
    ['UndefinedArgInFrom', 'ARG VERSION=1\nFROM a:$VERISON', 'ARG VERSION=1\nFROM a:$VERSION'],
    ['JSONArgsRecommended', 'FROM a\nCMD node  server.js', 'FROM a\nCMD ["node", "server.js"]'],
    ['JSONArgsRecommended', 'FROM a\nCMD a "b" && c', 'FROM a\nCMD ["/bin/sh", "-c", "a \\"b\\" && c"]'],
    [
      'InvalidDefinitionDescription',
      '# check=experimental=all\n# x\n  ARG A\nFROM a',
      '# check=experimental=all\n# x\n#\n  ARG A\nFROM a',
    ],
    ['UnknownInstruction', 'from a\nwrokdir /x', 'from a\nworkdir /x'],
    ['UnknownFlag', 'FROM a\nCOPY --form=a b c', 'FROM a\nCOPY --from=a b c'],
    ['DuplicateFlag', 'FROM a\nCOPY --link --link b c', 'FROM a\nCOPY --link b c'],
  ];
  for (const [code, before, after] of cases) {
    it(`${code}: ${JSON.stringify(before)}`, () => assertFix(code, before, after));
  }

  it('renames a stage wherever it is written in another case', () => {
    const text = 'FROM a AS Build\nFROM Build AS b\nCOPY --from=BUILD x y\nCOPY --from=build x y';
    assert.equal(
      fixed(text, 'StageNameCasing'),
      'FROM a AS build\nFROM build AS b\nCOPY --from=build x y\nCOPY --from=build x y',
    );
  });

  const uncertain: readonly (readonly [code: string, text: string])[] = [
    ['ExposeProtoCasing', 'FROM a\nENV P=TCP\nEXPOSE 80/$P'],
    ['LegacyKeyValueFormat', 'FROM a\nENV a b "c d"'],
    ['LegacyKeyValueFormat', 'FROM a\nENV a \\\n # why\n b'],
    ['JSONArgsRecommended', 'FROM a\nCMD x \\\n # why\n y'],
    ['JSONArgsRecommended', '# escape=`\nFROM a\nCMD x && y'],
    ['UndefinedVar', 'FROM alpine\nUSER $nothing'],
  ];
  for (const [code, text] of uncertain) {
    it(`leaves alone what is not certain: ${JSON.stringify(text)}`, () => assert.equal(fixed(text, code), undefined));
  }

  it('offers what is in the range that was asked for, with its finding', () => {
    const dockerfile = parse('FROM a as b\nEXPOSE 80/TCP');
    const at = (offset: number) => rangeOf(dockerfile, { start: offset, end: offset });
    const offered = (offset: number, only?: readonly string[]) =>
      codeActions(dockerfile, 'file:///Dockerfile', at(offset), only).map(({ title, diagnostics }) => [
        title,
        diagnostics?.[0]?.code,
      ]);
    assert.deepEqual(offered(8), [['Write "AS"', 'FromAsCasing']]);
    assert.deepEqual(offered(20), [['Write "80/tcp"', 'ExposeProtoCasing']]);
    assert.deepEqual(offered(0), []);
    assert.deepEqual(offered(8, ['refactor']), []);
    assert.deepEqual(offered(8, ['source.fixAll']), [['Fix all that is safe to fix', undefined]]);
  });
});

describe('fixing all', () => {
  const all = (text: string) => applyEdits(text, fixAll(parse(text)));

  it('goes on until nothing safe is left', () => {
    assert.equal(all('from a as B\nRUN x\nRUN y\nEXPOSE 1:80/TCP'), 'FROM a AS b\nRUN x\nRUN y\nEXPOSE 80/tcp');
  });

  it('leaves alone what needs a decision', () => {
    const text = 'FROM --platform=linux/amd64 a\nCMD x\nCMD y\nRNU z';
    assert.equal(all(text), text);
    assert.deepEqual(fixAll(parse(text)), []);
  });

  it('leaves nothing to fix behind, however a file is cut', () => {
    const text =
      '# check=experimental=all\n# x\nfrom a as B\nenv a \\\n\n b c\nMAINTAINER m "e" $\nExpose 1:80/TCP\ncopy --from=B a \\\n b\nFROM --platform=$TARGETPLATFORM B';
    for (let end = 0; end <= text.length; end++) {
      const after = all(text.slice(0, end));
      assert.deepEqual(fixAll(parse(after)), [], after);
    }
  });

  it('makes a separate edit of each fix', () => {
    assert.equal(fixAll(parse('FROM a as b\nRUN x\nEXPOSE 80/TCP')).length, 2);
  });
});
