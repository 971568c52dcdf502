/** Each condition of each of BuildKit's checks, with the line in which BuildKit reports it. */
import assert from 'node:assert/strict';
import { patternMatcher } from '../../../../../common/ignore.ts';
import { wellKnownEnvironment } from '../../../../../server/language/dockerfile/baseEnvironment.ts';
import { findings } from '../../../../support/findings.ts';

type Case = readonly [text: string, expected: readonly string[]];

const cases: Readonly<Record<string, readonly Case[]>> = {
  ConsistentInstructionCasing: [
    ['FROM a\nrun x\nRUN y', ['2 ConsistentInstructionCasing: run']],
    ['from a\nRUN x\nrun y', ['2 ConsistentInstructionCasing: RUN']],
    ['from a\nRUN x\nRUN y', ['1 ConsistentInstructionCasing: from']],
    ['FROM a\nrun x', ['2 ConsistentInstructionCasing: run']],
    ['arg A\nFROM a\nRUN x', []],
    ['from a\nonbuild RUN x', []],
    ['FROM a\nRun x\nrUn \\\n y', ['2 ConsistentInstructionCasing: Run', '3 ConsistentInstructionCasing: rUn']],
  ],
  ExposeInvalidFormat: [
    ['FROM a\nEXPOSE 80:8080', ['2 ExposeInvalidFormat: 80:8080']],
    ['FROM a\nEXPOSE 1 127.0.0.1:80:8080', ['2 ExposeInvalidFormat: 127.0.0.1:80:8080']],
    ['FROM a\nEXPOSE [::1]:80:80', ['2 ExposeInvalidFormat: [::1]:80:80']],
    ['FROM a\nENV P=80:81\nEXPOSE $P', ['3 ExposeInvalidFormat: $P']],
    ['FROM a\nARG P\nEXPOSE $P 80 8000-8010/udp', []],
  ],
  ExposeProtoCasing: [
    ['FROM a\nEXPOSE 80/TCP 81/udp 82/Udp', ['2 ExposeProtoCasing: 80/TCP', '2 ExposeProtoCasing: 82/Udp']],
  ],
  FromPlatformFlagConstDisallowed: [
    ['FROM --platform=linux/amd64 a', ['1 FromPlatformFlagConstDisallowed: --platform=linux/amd64']],
    ['FROM --platform=linux/amd64 a AS build', ['1 FromPlatformFlagConstDisallowed: --platform=linux/amd64']],
    ['FROM --platform=linux/amd64 a AS my-amd64', []],
    ['FROM --platform=linux/x86_64 a AS my-amd64', []],
    ['FROM --platform=linux/amd64 a AS linux', []],
    ['FROM --platform=arm64 a', ['1 FromPlatformFlagConstDisallowed: --platform=arm64']],
    ['FROM --platform=$BUILDPLATFORM a', []],
    ['FROM --platform=linux/$TARGETARCH a', []],
  ],
  RedundantTargetPlatform: [
    ['FROM --platform=$TARGETPLATFORM a', ['1 RedundantTargetPlatform: --platform=$TARGETPLATFORM']],
    ['FROM --platform=${TARGETPLATFORM} a', ['1 RedundantTargetPlatform: --platform=${TARGETPLATFORM}']],
    [
      'FROM --platform=${TARGETPLATFORM:-linux/amd64} a',
      ['1 RedundantTargetPlatform: --platform=${TARGETPLATFORM:-linux/amd64}'],
    ],
    ['ARG X\nFROM --platform=$TARGETPLATFORM$X a', []],
  ],
  ReservedStageName: [
    ['FROM a AS scratch\nFROM a AS context', ['1 ReservedStageName: scratch', '2 ReservedStageName: context']],
    ['FROM scratch\nFROM scratch AS a', []],
  ],
  MaintainerDeprecated: [['FROM a\nMAINTAINER me', ['2 MaintainerDeprecated: MAINTAINER me']]],
  MultipleInstructionsDisallowed: [
    [
      'FROM a\nCMD ["x"]\nRUN y\nCMD ["z"]\nCMD []',
      ['2 MultipleInstructionsDisallowed: CMD ["x"]', '4 MultipleInstructionsDisallowed: CMD ["z"]'],
    ],
    ['FROM a\nENTRYPOINT ["x"]\nENTRYPOINT ["y"]', ['2 MultipleInstructionsDisallowed: ENTRYPOINT ["x"]']],
    ['FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK NONE', ['2 MultipleInstructionsDisallowed: HEALTHCHECK CMD x']],
    ['FROM a AS b\nCMD ["x"]\nFROM b\nCMD ["y"]', []],
    ['FROM a\nRUN x\nRUN y', []],
  ],
  LegacyKeyValueFormat: [
    ['FROM a\nENV a b c\nLABEL d e', ['2 LegacyKeyValueFormat: ENV a b c', '3 LegacyKeyValueFormat: LABEL d e']],
    ['FROM a\nENV a="b c" d=', []],
  ],
  SecretsUsedInArgOrEnv: [
    [
      'FROM a\nARG SECRET_PHRASE\nENV API_Token=x',
      ['2 SecretsUsedInArgOrEnv: SECRET_PHRASE', '3 SecretsUsedInArgOrEnv: API_Token'],
    ],
    ['FROM a\nENV password=x y=z auth=', ['2 SecretsUsedInArgOrEnv: password', '2 SecretsUsedInArgOrEnv: auth']],
    ['FROM a\nENV PUBLIC_KEY=x TOKEN_FILE=y KEY_VERSION=z MONKEY=q KEYS=w', []],
    ['ARG TOKEN\nFROM a', []],
  ],
  NoEmptyContinuation: [
    ['FROM a\nRUN x \\\n\n  && y', ['4 NoEmptyContinuation:   && y']],
    ['FROM a\nRUN x \\\n\n\n  # c\n  && y\nRUN z', ['6 NoEmptyContinuation:   && y']],
    ['FROM a\nRUN cat <<E \\\n\n >x\nbody\n\nE', ['4 NoEmptyContinuation:  >x']],
  ],
  UndefinedArgInFrom: [
    ['FROM a:${tag}', ['1 InvalidDefaultArgInFrom: a:${tag}', '1 UndefinedArgInFrom: ${tag}']],
    ['ARG TAG=1\nFROM a:${TAG}$VERSION', ['2 UndefinedArgInFrom: $VERSION']],
    ['FROM a:$X-$X', ['1 InvalidDefaultArgInFrom: a:$X-$X', '1 UndefinedArgInFrom: $X']],
    ['FROM --platform=$BULIDPLATFORM a', ['1 UndefinedArgInFrom: $BULIDPLATFORM']],
    ['FROM --platform=$BUILDPLATFORM a', []],
    ['ARG X\nFROM a${X}', []],
    ['ARG X\nFROM a${X:-b}', []],
    ['FROM a AS b\nARG X=b\nFROM a$X', ['3 UndefinedArgInFrom: $X']],
  ],
  InvalidDefaultArgInFrom: [
    ['ARG V\nFROM a:$V', ['2 InvalidDefaultArgInFrom: a:$V']],
    ['ARG I\nFROM $I', ['2 InvalidDefaultArgInFrom: $I']],
    ['ARG S=b:\nFROM a$S', ['2 InvalidDefaultArgInFrom: a$S']],
    ['ARG V=1\nARG W="$V.2"\nFROM a:$W', []],
    ['ARG V\nFROM a:b$V', []],
    ['FROM a-$TARGETARCH', []],
    ['FROM Upper', ['1 InvalidDefaultArgInFrom: Upper']],
    ['FROM a AS build\nFROM Build', ['2 InvalidDefaultArgInFrom: Build']],
  ],
  UndefinedVar: [
    ['ARG A=1\nFROM alpine\nARG B=$A', ['3 UndefinedVar: $A']],
    ['FROM alpine\nARG B=$TARGETARCH', ['2 UndefinedVar: $TARGETARCH']],
    ['FROM alpine\nENV P=$PAHT:/x', ['2 UndefinedVar: $PAHT']],
    ['FROM scratch\nEXPOSE $P', []],
    ['FROM scratch\nENV A=$X$X B=$X', ['2 UndefinedVar: $X', '2 UndefinedVar: $X']],
    ['FROM scratch\nCMD $X\nRUN $X\nONBUILD ENV A=$X', ['2 JSONArgsRecommended: CMD $X']],
  ],
  InvalidDefinitionDescription: [
    ['# x\nARG A\nFROM a', []],
    ['# check=experimental=InvalidDefinitionDescription\n# A is\nARG A\n# b is\nFROM a AS b\n# c\n#\nARG D', []],
    [
      '# check=experimental=InvalidDefinitionDescription\n# B is\nARG A\n# x\nFROM a AS b',
      ['3 InvalidDefinitionDescription: ARG', '5 InvalidDefinitionDescription: FROM'],
    ],
    ['# check=experimental=all\n# q\nARG A=1 B=2\nFROM a', ['3 InvalidDefinitionDescription: ARG']],
    ['# check=experimental=all\n# B is\nARG A=1 B=2\n# x\nFROM a\n# y\nRUN z', []],
  ],
};

describe('checks', () => {
  for (const [name, own] of Object.entries(cases)) {
    for (const [text, expected] of own)
      it(`${name}: ${JSON.stringify(text)}`, () => assert.deepEqual(findings(text), expected));
  }

  const ignored: readonly (readonly [patterns: readonly string[], text: string, expected: readonly string[]])[] = [
    [['x'], 'FROM a\nCOPY x y /\nADD x /', ['2 CopyIgnoredFile: x', '3 CopyIgnoredFile: x']],
    [['src'], 'FROM a\nCOPY ./src/main.c /', ['2 CopyIgnoredFile: ./src/main.c']],
    [['src', '!src/keep'], 'FROM a\nCOPY src /', []],
    [['*.md'], 'FROM a\nCOPY . /\nCOPY readme.md /', ['3 CopyIgnoredFile: readme.md']],
    [['**'], 'FROM a\nCOPY . /', ['2 CopyIgnoredFile: .']],
    [['x'], 'FROM a AS b\nFROM a\nCOPY --from=b x /\nADD https://h/x /\nCOPY <<x /\nx', []],
    [['x'], 'FROM a\nARG x\nCOPY $x /', []],
  ];
  for (const [patterns, text, expected] of ignored) {
    it(`CopyIgnoredFile: ${patterns} ${JSON.stringify(text)}`, () => {
      const knowledge = { environmentOf: wellKnownEnvironment, ignore: patternMatcher(patterns) };
      assert.deepEqual(findings(text, knowledge), expected);
    });
  }

  it('InvalidBaseImagePlatform: only where the platforms are known', () => {
    const target = { os: 'linux', architecture: 'amd64' };
    const platforms = {
      target,
      of: (image: string) => (image === 'other' ? { os: 'linux', architecture: 'arm64' } : undefined),
    };
    const text = 'FROM other\nFROM unknown\nFROM --platform=linux/arm64 other AS arm64\nFROM scratch';
    assert.deepEqual(findings(text, { environmentOf: () => [], platforms }), ['1 InvalidBaseImagePlatform: other']);
    assert.deepEqual(findings(text), []);
  });
});
