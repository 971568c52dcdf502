import assert from 'node:assert/strict';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { diagnose } from '../../../../../server/language/diagnostics/diagnose.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { findings } from '../../../../support/findings.ts';

function message(text: string): string | undefined {
  return diagnose(parse(text))[0]?.message.toString();
}

describe('diagnose', () => {
  const cases: readonly (readonly [text: string, expected: readonly string[]])[] = [
    // StageNameCasing, FromAsCasing, DuplicateStageName
    ['FROM a AS Build', ['1 StageNameCasing: Build']],
    ['FROM a as build', ['1 FromAsCasing: as']],
    ['from a AS build', ['1 FromAsCasing: AS']],
    ['From a aS build', ['1 ConsistentInstructionCasing: From']],
    ['FROM a \\\n as build', ['1 FromAsCasing: FROM a \\\n as']],
    ['FROM a AS x\nFROM b AS y\nFROM c AS X', ['3 DuplicateStageName: X', '3 StageNameCasing: X']],
    // JSONArgsRecommended
    ['FROM a\nCMD x y\nENTRYPOINT ["z"]', ['2 JSONArgsRecommended: CMD x y']],
    ['FROM a\nENTRYPOINT x', ['2 JSONArgsRecommended: ENTRYPOINT x']],
    ['FROM a AS b\nSHELL ["bash", "-c"]\nCMD x\nFROM b\nCMD x\nFROM c\nCMD x', ['7 JSONArgsRecommended: CMD x']],
    ['FROM a\nHEALTHCHECK CMD x\nONBUILD CMD x', []],
    // WorkdirRelativePath
    ['FROM a\nWORKDIR x\nWORKDIR y', ['2 WorkdirRelativePath: x']],
    ['FROM a AS b\nWORKDIR /x\nWORKDIR y\nFROM b\nWORKDIR z', []],
    ['FROM a AS b\nFROM b\nWORKDIR z', ['3 WorkdirRelativePath: z']],
    ['FROM a\nENV D=x\nWORKDIR $D', ['3 WorkdirRelativePath: $D']],
    ['FROM a\nARG D\nWORKDIR $D', []],
    ['FROM a\nWORKDIR C:\\x', []],
    ['FROM a AS b\nWORKDIR /b\nFROM b AS c\nFROM c\nWORKDIR d', []],
    // UndefinedVar
    ['FROM alpine\nCOPY $foo .', ['2 UndefinedVar: $foo']],
    ['FROM alpine\nCOPY $foo ${foo}x$foo .', ['2 UndefinedVar: $foo', '2 UndefinedVar: ${foo}']],
    ['FROM alpine\nCOPY a \\\n $foo .', ['2 UndefinedVar: COPY a \\\n $foo']],
    ['FROM scratch\nENV A=1 B=$A', ['2 UndefinedVar: $A']],
    ['ARG A=1\nFROM alpine:3\nARG B=$A C=$B\nWORKDIR /$A', ['3 UndefinedVar: $A', '4 UndefinedVar: $A']],
    ['FROM alpine AS a\nARG A\nFROM a\nUSER $A', []],
    ['FROM debian\nENV P=$PATH:/x', []],
    ['FROM alpine\nUSER $TARGETARCH', ['2 UndefinedVar: $TARGETARCH']],
    ['FROM node:22\nLABEL a=$NODE_VERSION b=$HOME', ['2 UndefinedVar: $HOME']],
    ['FROM my/base\nUSER $APP_UID', []],
    ['FROM my/base\nARG VERSION\nUSER $VERISON', ['3 UndefinedVar: $VERISON']],
    ['FROM alpine\nRUN echo $foo', []],
    // build errors
    ['FROM a\nCOPPY x y', ['2 UnknownInstruction: COPPY']],
    ['FROM', ['1 MissingArgument: FROM']],
    ['FROM a AS', ['1 MissingArgument: FROM']],
    [
      'FROM a\nCOPY x\nRUN\nCMD []\nWORKDIR\nONBUILD',
      ['2 MissingArgument: COPY', '5 MissingArgument: WORKDIR', '6 MissingArgument: ONBUILD'],
    ],
    ['FROM a\nHEALTHCHECK CMD', ['2 MissingArgument: HEALTHCHECK']],
    ['FROM a\nENV x', ['2 MissingArgument: x']],
    ['ARG a\nRUN x\nCMD ["x"]\nFROM a', ['2 NoBuildStage: RUN']],
    // the parser's own
    ['', ['1 NoInstructions: ']],
    ['FROM a\nCMD [1]', ['2 JsonNotStrings: [1]']],
    ['FROM a\nRUN <<X\nnot yours\nWORKDIR y', ['2 UnterminatedHeredoc: <<X']],
    // # check=
    ['# check=skip=FromAsCasing, StageNameCasing;error=true\nFROM a as B\nCMD x', ['3 JSONArgsRecommended: CMD x']],
    ['# check=error=true;skip=all\nFROM a as B\nCMD x\nFOO', ['4 UnknownInstruction: FOO']],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(findings(text), expected));
  }

  it('suggests the instruction that was meant, in the case it was written in', () => {
    assert.match(message('FROM a\nCOPPY x y')!, /Did you mean COPY\?/);
    assert.match(message('from a\nwrokdir /x')!, /Did you mean workdir\?/);
    assert.doesNotMatch(message('FROM a\nXYZZY x')!, /Did you mean/);
  });

  it('suggests the variable that was meant', () => {
    assert.match(message('FROM alpine\nARG VERSION\nUSER $VERISON')!, /Did you mean \$VERSION\?/);
  });

  it('asks for the variables of a base image it does not know', () => {
    const dockerfile = parse('ARG TAG=1\nFROM my/base:$TAG\nUSER $UID$GID');
    const asked: string[] = [];
    const environmentOf = (image: string) => {
      asked.push(image);
      return ['UID'];
    };
    const names = diagnose(dockerfile, { environmentOf }).map(({ message }) => message.toString().split(' ')[0]);
    assert.deepEqual([names, asked], [['$GID'], ['my/base:1']]);
  });

  it('says where it comes from, how bad it is and where to read on', () => {
    const [check, error] = diagnose(parse('FROM a\nCMD x\nFOO x'));
    assert.deepEqual(
      { source: check?.source, severity: check?.severity, href: check?.codeDescription?.href },
      {
        source: 'gantry',
        severity: DiagnosticSeverity.Warning,
        href: 'https://docs.docker.com/reference/build-checks/json-args-recommended/',
      },
    );
    assert.equal(error?.severity, DiagnosticSeverity.Error);
    assert.equal(error?.codeDescription, undefined);
  });
});
