/** What a fix makes of a file, for those that are a choice; what is safe is in codeActions.test.ts. */
import assert from 'node:assert/strict';
import { patternMatcher } from '../../../../../common/ignore.ts';
import { applyEdits } from '../../../../../server/language/applyEdits.ts';
import { wellKnownEnvironment } from '../../../../../server/language/dockerfile/baseEnvironment.ts';
import { assertFix, fixesOf } from '../../../../support/fixes.ts';

type Case = readonly [before: string, after: string | undefined, title?: string];

const cases: Readonly<Record<string, readonly Case[]>> = {
  DuplicateStageName: [
    [
      'FROM a AS x\nFROM b AS X\nFROM c\nCOPY --from=x p q\nFROM x',
      'FROM a AS x\nFROM b AS x2\nFROM c\nCOPY --from=x2 p q\nFROM x2',
    ],
    ['FROM a AS x\nFROM x AS x\nCOPY --from=0 p q', 'FROM a AS x\nFROM x AS x2\nCOPY --from=0 p q'],
    ['FROM a AS x\nFROM b AS x\nFROM x2', 'FROM a AS x\nFROM b AS x3\nFROM x2'],
  ],
  ReservedStageName: [
    [
      'FROM a AS context\nFROM b\nRUN --mount=from=context,target=/x y',
      'FROM a AS context-stage\nFROM b\nRUN --mount=from=context-stage,target=/x y',
    ],
    ['FROM a AS scratch\nFROM scratch', undefined],
  ],
  InvalidStageName: [
    ['FROM a AS 1b\nFROM 1b', 'FROM a AS stage-1b\nFROM stage-1b'],
    ['FROM a AS My/Stage_1', 'FROM a AS my-stage_1'],
  ],
  WorkdirRelativePath: [
    ['FROM a\nWORKDIR app', 'FROM a\nWORKDIR /app'],
    ['FROM a\nWORKDIR "./my app"', 'FROM a\nWORKDIR "/my app"'],
    ['FROM a\nWORKDIR .', 'FROM a\nWORKDIR /'],
    ['FROM a\nENV D=x\nWORKDIR $D/y', 'FROM a\nENV D=x\nWORKDIR /$D/y'],
  ],
  FromPlatformFlagConstDisallowed: [
    ['FROM --platform=linux/amd64 a', 'FROM --platform=$BUILDPLATFORM a', 'Write "$BUILDPLATFORM"'],
  ],
  InvalidPlatform: [
    ['FROM --platform=amd46 a', 'FROM --platform=amd64 a'],
    ['FROM --platform=x a', undefined],
  ],
  InvalidDefaultArgInFrom: [
    ['ARG TAG\nFROM a:$TAG', 'ARG TAG=latest\nFROM a:$TAG'],
    ['ARG A B=\nFROM a:${B}', 'ARG A B=latest\nFROM a:${B}'],
    ['ARG IMAGE\nFROM $IMAGE', undefined],
    ['ARG R TAG\nFROM $R/a:$TAG', undefined],
    ['FROM Alpine', 'FROM alpine'],
  ],
  UndefinedArgInFrom: [
    ['FROM a\nARG V=1\nFROM b:$V', 'ARG V=1\nFROM a\nARG V=1\nFROM b:$V'],
    ['# syntax=x\n# about a\nFROM a\nARG V=1\nFROM b:$V', '# syntax=x\nARG V=1\n# about a\nFROM a\nARG V=1\nFROM b:$V'],
    [
      'ARG W=1\nFROM a:$W\nARG V=1\nFROM b:$V',
      'ARG W=1\nARG V=1\nFROM a:$W\nARG V=1\nFROM b:$V',
      'Write ARG V=1 before the first FROM',
    ],
    ['FROM a:$V', undefined],
  ],
  UndefinedVar: [
    ['ARG V=1\nFROM alpine AS b\n# why\nLABEL v=$V', 'ARG V=1\nFROM alpine AS b\nARG V\n# why\nLABEL v=$V'],
    ['from alpine\r\nuser $TARGETARCH', 'from alpine\r\narg TARGETARCH\r\nuser $TARGETARCH'],
  ],
  SecretsUsedInArgOrEnv: [
    ['FROM a\nARG TOKEN\nRUN curl -u $TOKEN x', 'FROM a\nRUN --mount=type=secret,id=TOKEN,env=TOKEN curl -u $TOKEN x'],
    [
      'FROM a\nARG V=1 \\\n  TOKEN=x \\\n  W=2\nRUN --network=none a "${TOKEN}"\nRUN b\nRUN <<E\nc $TOKEN\nE',
      'FROM a\nARG V=1 \\\n  W=2\nRUN --mount=type=secret,id=TOKEN,env=TOKEN --network=none a "${TOKEN}"\nRUN b\nRUN --mount=type=secret,id=TOKEN,env=TOKEN <<E\nc $TOKEN\nE',
    ],
    ['FROM a\nENV V=1 TOKEN=x\nRUN a $TOKEN', 'FROM a\nENV V=1\nRUN --mount=type=secret,id=TOKEN,env=TOKEN a $TOKEN'],
    ['FROM a\nENV TOKEN=x\nRUN a $TOKEN\nCMD b $TOKEN', undefined],
    ['FROM a\nARG TOKEN\nLABEL t=$TOKEN', undefined],
    ['FROM a\nARG TOKEN\nRUN npm ci', undefined],
    ['FROM a\nARG TOKEN\nRUN ["a", "$TOKEN"]', undefined],
    ['FROM a\nARG TOKEN\nONBUILD RUN a $TOKEN', undefined],
    ['# syntax=docker/dockerfile:1.7\nFROM a\nARG TOKEN\nRUN a $TOKEN', undefined],
  ],
  LegacyKeyValueFormat: [
    ['FROM a\nENV A = b', 'FROM a\nENV A=b'],
    ['FROM a\nENV A = "b c"', 'FROM a\nENV A="b c"'],
    ['FROM a\nENV A =b', 'FROM a\nENV A=b'],
    ['FROM a\nENV A = b', 'FROM a\nENV A="= b"', 'Keep "=" in the value of A'],
  ],
  JSONArgsRecommended: [
    ['FROM a\nCMD a "b c"', 'FROM a\nCMD ["a", "b c"]'],
    ['FROM a\nCMD a b', 'FROM a\nCMD ["/bin/sh", "-c", "a b"]', 'Write it in JSON form, with the shell'],
    ["FROM a\nCMD ['a']", 'FROM a\nCMD ["a"]'],
    ["FROM a\nCMD ['node', 'a b']", 'FROM a\nCMD ["node", "a b"]'],
    ['FROM a\nENTRYPOINT [\u201ca\u201d, \u201cb\u201d]', 'FROM a\nENTRYPOINT ["a", "b"]'],
    ["FROM a\nCMD ['a', \\\n# why\n 'b']", undefined],
    ['FROM a\nCMD ["a", "b",]', 'FROM a\nCMD ["a", "b"]'],
    ['FROM a\nCMD ["a", "b"', 'FROM a\nCMD ["a", "b"]'],
    ['FROM a\nCMD ["a", "b]', 'FROM a\nCMD ["a", "b"]'],
    ['FROM a\nCMD ["a" "b"]', 'FROM a\nCMD ["a", "b"]'],
    ['FROM a\nCMD ["C:\\app\\x.exe"]', 'FROM a\nCMD ["C:\\\\app\\\\x.exe"]'],
    ['FROM a\nCMD ["sh", "-c", "a "b" c"]', undefined],
  ],
  SingleQuotedJson: [
    ["FROM a\nSHELL [\"x\"]\nCMD ['node', 'a b']", 'FROM a\nSHELL ["x"]\nCMD ["node", "a b"]'],
    ['FROM a\nRUN --network=none [ \'a\', \\\n  "b" ]', 'FROM a\nRUN --network=none [ "a",   "b" ]'],
    ["FROM a\nHEALTHCHECK CMD ['a']", 'FROM a\nHEALTHCHECK CMD ["a"]'],
    ["FROM a\nONBUILD CMD ['a']", 'FROM a\nONBUILD CMD ["a"]'],
    ["FROM a\nVOLUME ['/a']", 'FROM a\nVOLUME ["/a"]'],
    ["FROM a\nRUN ['a', \\\n# why\n 'b']", undefined],
  ],
  BrokenJson: [
    ['FROM a\nSHELL ["x"]\nCMD ["a", "b",]', 'FROM a\nSHELL ["x"]\nCMD ["a", "b"]'],
    ['FROM a\nRUN ["a", "b"', 'FROM a\nRUN ["a", "b"]'],
    ['FROM a\nONBUILD ENTRYPOINT ["a" "b"]', 'FROM a\nONBUILD ENTRYPOINT ["a", "b"]'],
  ],
  SurplusArgument: [
    ['FROM a AS b c d', 'FROM a AS b'],
    ['FROM a b', 'FROM a AS b'],
    ['from a b', 'from a', 'Remove the rest'],
    ['FROM a with b', 'FROM a AS b'],
    ['FROM a # b', 'FROM a'],
    ['FROM a # b c', 'FROM a'],
    ['FROM a\nHEALTHCHECK NONE x y', 'FROM a\nHEALTHCHECK NONE'],
  ],
  InvalidArgument: [
    ['FROM a\nHEALTHCHECK curl x', 'FROM a\nHEALTHCHECK CMD curl x'],
    ['FROM a\nHEALTHCHECK CDM curl x', 'FROM a\nHEALTHCHECK CMD curl x'],
    ['FROM a\nSHELL /bin/bash -c', 'FROM a\nSHELL ["/bin/bash", "-c"]'],
    ["FROM a\nSHELL ['bash', '-c']", 'FROM a\nSHELL ["bash", "-c"]'],
    ['FROM a\nCOPY --chown=1 https://h/x /', 'FROM a\nADD --chown=1 https://h/x /'],
    ['FROM a\nCOPY --parents https://h/x /', undefined],
    ['FROM a\nVOLUME [""]', undefined],
  ],
  InvalidTrigger: [
    ['FROM a\nONBUILD ONBUILD  RUN x', 'FROM a\nONBUILD RUN x'],
    ['FROM a\nONBUILD MAINTAINER me', 'FROM a\nONBUILD LABEL org.opencontainers.image.authors="me"'],
    ['FROM a\nONBUILD FROM b', undefined],
  ],
  MissingArgument: [
    ['FROM a AS', 'FROM a'],
    ['FROM a\nWORKDIR', undefined],
  ],
  MissingFlagValue: [
    ['FROM a\nCOPY --link= a b', 'FROM a\nCOPY --link a b'],
    ['FROM a\nCOPY --from a b', undefined],
  ],
  InvalidFlagValue: [
    ['FROM a\nCOPY --link=yes a b', 'FROM a\nCOPY --link=true a b'],
    ['FROM a\nRUN --network=hosts x', 'FROM a\nRUN --network=host x'],
    ['FROM a\nHEALTHCHECK --interval=5 CMD x', 'FROM a\nHEALTHCHECK --interval=5s CMD x'],
    ['FROM a\nHEALTHCHECK --retries=x CMD x', undefined],
    [
      `FROM a\nADD --checksum=${'0'.repeat(64)} https://h/x /`,
      `FROM a\nADD --checksum=sha256:${'0'.repeat(64)} https://h/x /`,
    ],
  ],
  InvalidMount: [
    ['FROM a\nRUN --mount=type=cahce,target=/x y', 'FROM a\nRUN --mount=type=cache,target=/x y'],
    ['FROM a\nRUN --mount=type=cache,targt=/x y', 'FROM a\nRUN --mount=type=cache,target=/x y'],
    ['FROM a\nRUN --mount=type=cache,target=/x, y', 'FROM a\nRUN --mount=type=cache,target=/x y'],
    ['FROM a\nRUN --mount=type=cache,,target=/x y', 'FROM a\nRUN --mount=type=cache,target=/x y'],
    [
      'FROM a\nRUN --mount=type=cache,target=/x,sharing=lock y',
      'FROM a\nRUN --mount=type=cache,target=/x,sharing=locked y',
    ],
    ['FROM a\nRUN --mount=type=cache,target=/x,ro=yes y', 'FROM a\nRUN --mount=type=cache,target=/x,ro=true y'],
    ['FROM a\nRUN --mount=type=secret y', undefined],
  ],
  InvalidPort: [
    ['FROM a\nEXPOSE 80, 443', 'FROM a\nEXPOSE 80 443'],
    ['FROM a\nEXPOSE 80 # web', 'FROM a\nEXPOSE 80'],
    ['FROM a\nEXPOSE 80/http', 'FROM a\nEXPOSE 80/tcp'],
    ['FROM a\nEXPOSE 80/upd', 'FROM a\nEXPOSE 80/udp'],
    ['FROM a\nEXPOSE 90-80', 'FROM a\nEXPOSE 80-90'],
    ['FROM a\nEXPOSE 70000', undefined],
  ],
  InvalidSignal: [
    ['FROM a\nSTOPSIGNAL SIGTREM', 'FROM a\nSTOPSIGNAL SIGTERM'],
    ['FROM a\nSTOPSIGNAL 0', undefined],
  ],
  InvalidCheckDirective: [
    ['# check=skp=X\nFROM a', '# check=skip=X\nFROM a'],
    ['# check=error=yes\nFROM a', '# check=error=true\nFROM a'],
    ['# check=JSONArgsRecommended\nFROM a', '# check=skip=JSONArgsRecommended\nFROM a'],
    ['# check=skip=all;\nFROM a', '# check=skip=all\nFROM a'],
    ['# check=x\nFROM a', undefined],
  ],
  IneffectiveCheckComment: [['FROM a\n# check=skipp=all\nRUN x', 'FROM a\n# check=skip=all\nRUN x']],
  VariableInFrom: [
    [
      'ARG I=b\nFROM a\n# c\nFROM a\nCOPY --from=$I:1 x y',
      'ARG I=b\nFROM a\nFROM $I:1 AS files\n\n# c\nFROM a\nCOPY --from=files x y',
    ],
    ['ARG I=b\nFROM a\nCOPY --from=$J x y', undefined],
    ['ARG I=b\nFROM a\nFROM a\nCOPY --from=0 x y\nCOPY --from=$I x y', undefined],
  ],
};

describe('fixes that are a choice', () => {
  const knowledge = { environmentOf: wellKnownEnvironment };
  for (const [code, family] of Object.entries(cases)) {
    for (const [before, after, title] of family) {
      it(`${code}: ${JSON.stringify(before)}`, () => {
        if (after === undefined) assert.deepEqual(fixesOf(before, code, { knowledge }), []);
        else assertFix(code, before, after, { knowledge, ...(title !== undefined && { title }) });
        assert.ok(fixesOf(before, code, { knowledge }).every(({ safe }) => !safe || code === 'InvalidTrigger'));
      });
    }
  }

  it('builds a stage for what there is of its image', () => {
    const target = { os: 'linux', architecture: 'amd64' };
    const platforms = { target, of: () => ({ os: 'linux', architecture: 'arm64' }) };
    const needs = { knowledge: { ...knowledge, platforms } };
    const [fix] = fixesOf('FROM a', 'InvalidBaseImagePlatform', needs);
    assert.equal(applyEdits('FROM a', fix!.edits), 'FROM --platform=linux/arm64 a');
  });

  const ignoring: readonly (readonly [text: string, copied: string, added: string | undefined])[] = [
    ['*.md\n', 'a.md', '!a.md\n'],
    ['dist', './dist/x', '\n!dist/x\n'],
    ['a\r\nb\r\n', 'b', '!b\r\n'],
    ['*', '.', undefined],
  ];
  for (const [text, copied, added] of ignoring) {
    it(`lets a file in that .dockerignore keeps out: ${JSON.stringify(text)}`, () => {
      const ignore = patternMatcher(text.split(/\r?\n/));
      const needs = { knowledge: { ...knowledge, ignore, ignoreFile: { uri: 'file:///.dockerignore', text } } };
      const [fix] = fixesOf(`FROM a\nCOPY ${copied} /`, 'CopyIgnoredFile', needs);
      assert.equal(fix?.elsewhere?.edits[0]?.newText, added);
    });
  }
});
