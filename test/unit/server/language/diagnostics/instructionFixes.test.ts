/** The ways out of what hadolint's rules about instructions find. */
import { strict as assert } from 'node:assert';
import type { LintOptions } from '../../../../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../../../../server/language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../../../../../server/language/dockerfile/baseEnvironment.ts';
import { assertFix, fixesOf } from '../../../../support/fixes.ts';
import { plainShell } from '../../../../support/plainShell.ts';

const hadolint = {
  ignored: [],
  override: {},
  trustedRegistries: ['x.com', '*.y.com'],
  labelSchema: {},
  strictLabels: false,
  disableIgnorePragma: false,
};
const knowledge: Knowledge = { environmentOf: wellKnownEnvironment, shell: plainShell, hadolint };
const options: LintOptions = { preset: 'hadolint', rules: { DL1001: 'info', DL3057: 'info' } };

type Case = readonly [before: string, after: string, title?: string];

const cases: Readonly<Record<string, readonly Case[]>> = {
  DL1001: [
    ['FROM a:1\n# why\n  # hadolint ignore=DL3008\nRUN x', 'FROM a:1\n# why\nRUN x'],
    ['FROM a:1\r\n# hadolint ignore=DL3008\r\nRUN x', 'FROM a:1\r\nRUN x'],
  ],
  DL3000: [
    ['FROM a:1\nWORKDIR /a\nWORKDIR b # c', 'FROM a:1\nWORKDIR /a\nWORKDIR /a/b # c'],
    ['FROM a:1\nWORKDIR /a/b\nWORKDIR "../c"', 'FROM a:1\nWORKDIR /a/b\nWORKDIR /a/c'],
  ],
  DL3002: [
    ['FROM a:1\nUSER root\nEXPOSE 80\n', 'FROM a:1\nUSER 65534\nEXPOSE 80\n'],
    ['FROM a:1\nUSER me\nuser root\nRUN x\n\nCMD ["y"]', 'FROM a:1\nUSER me\nuser root\nRUN x\nuser me\n\nCMD ["y"]'],
    ['FROM node:22\nUSER 0\nRUN x', 'FROM node:22\nUSER 0\nRUN x\nUSER node'],
    [
      'FROM mcr.microsoft.com/dotnet/aspnet:9.0\r\nUSER 0\r\nRUN x\r\n',
      'FROM mcr.microsoft.com/dotnet/aspnet:9.0\r\nUSER 0\r\nRUN x\r\nUSER $APP_UID\r\n',
    ],
    ['FROM a:1\nUSER me\nUSER root', 'FROM a:1\nUSER me\nUSER 65534', 'Run as 65534'],
  ],
  DL3006: [['FROM node:22 AS a\nFROM node', 'FROM node:22 AS a\nFROM node:22']],
  DL3007: [['FROM r.io/a:2\nFROM r.io/a:latest AS b', 'FROM r.io/a:2\nFROM r.io/a:2 AS b']],
  DL3010: [
    [
      'FROM a:1\nCOPY x.tgz /tmp/\n# b\nRUN tar -xzf /tmp/x.tgz -C /opt\nRUN y',
      'FROM a:1\nADD x.tgz /opt/\n# b\nRUN y',
    ],
    ['FROM a:1\nCOPY x.tgz /tmp/\nRUN a && tar xzf /tmp/x.tgz -C /opt && b', 'FROM a:1\nADD x.tgz /opt/\nRUN a && b'],
    ['FROM a:1\ncopy ["x.tar", "/"]\nRUN a && tar -xf /x.tar', 'FROM a:1\nadd ["x.tar", "./"]\nRUN a'],
  ],
  DL3020: [
    ['FROM a:1\nadd \\\n  # b\n  x /y', 'FROM a:1\ncopy \\\n  # b\n  x /y'],
    ['FROM a:1\nADD --keep-git-dir=true --chown=me x /y', 'FROM a:1\nCOPY --chown=me x /y'],
    ['FROM a:1\nONBUILD ADD x /y', 'FROM a:1\nONBUILD COPY x /y'],
  ],
  DL3021: [
    ['FROM a:1\nCOPY a b c', 'FROM a:1\nCOPY a b c/'],
    ['FROM a:1\nCOPY a b "c"', 'FROM a:1\nCOPY a b "c/"'],
    ['FROM a:1\nCOPY a \\\n # d\n b $C', 'FROM a:1\nCOPY a \\\n # d\n b $C/'],
    ['FROM a:1\nCOPY ["a", "b", "c"]', 'FROM a:1\nCOPY ["a", "b", "c/"]'],
  ],
  DL3022: [
    [
      'FROM a:1 AS x\nFROM a:1 AS build\nFROM a:1\nCOPY --from=biuld b .',
      'FROM a:1 AS x\nFROM a:1 AS build\nFROM a:1\nCOPY --from=build b .',
    ],
    [
      'FROM a:1 AS x\n# c\nFROM a:1\nCOPY --from=r/y /b .',
      'FROM a:1 AS x\nFROM r/y AS y\n\n# c\nFROM a:1\nCOPY --from=y /b .',
    ],
  ],
  DL3025: [
    ['FROM a:1\nSHELL ["/bin/bash", "-c"]\nCMD a b', 'FROM a:1\nSHELL ["/bin/bash", "-c"]\nCMD ["a", "b"]'],
    [
      'FROM a:1\nSHELL ["/bin/bash", "-c"]\nCMD a && b',
      'FROM a:1\nSHELL ["/bin/bash", "-c"]\nCMD ["/bin/bash", "-c", "a && b"]',
    ],
    [
      '# escape=`\nFROM a:1\nSHELL ["pwsh", "-c"]\nCMD dir',
      '# escape=`\nFROM a:1\nSHELL ["pwsh", "-c"]\nCMD ["pwsh", "-c", "dir"]',
    ],
    ['FROM a:1\nONBUILD CMD a', 'FROM a:1\nONBUILD CMD ["a"]'],
  ],
  DL3026: [
    ['FROM b.com/a:1 AS c', 'FROM x.com/a:1 AS c'],
    ['FROM a:1', 'FROM x.com/a:1'],
  ],
  DL3029: [['FROM --platform=linux/amd64  a:1 AS amd64', 'FROM a:1 AS amd64']],
  DL3044: [
    ['FROM x:1\nENV A=b C=$A D=e', 'FROM x:1\nENV A=b\nENV C=$A D=e'],
    ['FROM x:1\n  env A=b \\\n    # c\n    C=$A \\\n    D=e', 'FROM x:1\n  env A=b\n    # c\n  env C=$A \\\n    D=e'],
    ['FROM x:1\r\nENV A=b \\\r\n C=$A', 'FROM x:1\r\nENV A=b\r\nENV C=$A'],
  ],
  UndefinedVar: [['FROM alpine:3\nENV A=b C=$A', 'FROM alpine:3\nENV A=b\nENV C=$A']],
  DL3045: [
    ['FROM a:1\n# c\nCOPY a b', 'FROM a:1\nWORKDIR /app\n# c\nCOPY a b'],
    ['FROM a:1\nCOPY a ./b/', 'FROM a:1\nCOPY a /b/', 'Write "/b/"'],
    ['FROM a:1\nCOPY a .', 'FROM a:1\nCOPY a /', 'Write "/"'],
  ],
  DL3057: [
    [
      'FROM a:1\nEXPOSE 8080\n# c\nCMD ["x"]',
      'FROM a:1\nEXPOSE 8080\nHEALTHCHECK CMD curl -f http://localhost:8080/ || exit 1\n# c\nCMD ["x"]',
    ],
    ['from a:1', 'from a:1\nhealthcheck CMD curl -f http://localhost/ || exit 1'],
    ['FROM a:1', 'FROM a:1\nHEALTHCHECK NONE', 'Add HEALTHCHECK NONE'],
  ],
  DL3059: [
    ['FROM a:1\nRUN a\nRUN b', 'FROM a:1\nRUN a \\\n    && b'],
    [
      'FROM a:1\nRUN a \\\n  b\n# c\n\nRUN d \\\n  e\nCMD ["f"]',
      'FROM a:1\nRUN a \\\n  b \\\n# c\n  && d \\\n  e\nCMD ["f"]',
    ],
    ['FROM a:1\nRUN --network=none a  \nRUN --network=none b', 'FROM a:1\nRUN --network=none a \\\n    && b'],
    [
      '# escape=`\r\nFROM a:1\r\nSHELL ["cmd", "/c"]\r\nRUN a\r\nRUN b\r\n',
      '# escape=`\r\nFROM a:1\r\nSHELL ["cmd", "/c"]\r\nRUN a `\r\n    && b\r\n',
    ],
  ],
  DL3064: [
    [
      'FROM a:1\n# c\nARG MYTOKEN\nRUN x $MYTOKEN && y',
      'FROM a:1\n# c\nRUN --mount=type=secret,id=MYTOKEN,env=MYTOKEN x $MYTOKEN && y',
    ],
  ],
  DL3066: [
    ['FROM a:1\nUSER node:us', 'FROM a:1\nUSER 1000:us'],
    ['FROM a:1\nRUN useradd --uid 1234 me\nUSER me', 'FROM a:1\nRUN useradd --uid 1234 me\nUSER 1234'],
    [
      'FROM a:1\nRUN adduser -D \\\n -u 99 me && x\nUSER "me"',
      'FROM a:1\nRUN adduser -D \\\n -u 99 me && x\nUSER "99"',
    ],
  ],
};

for (const [code, list] of Object.entries(cases)) {
  for (const [before, after, title] of list)
    it(`${code}: ${JSON.stringify(before)}`, () =>
      assertFix(code, before, after, { knowledge, options, ...(title !== undefined && { title }) }));
}

describe('no fix where none is certain', () => {
  const uncertain: readonly (readonly [code: string, text: string])[] = [
    ['DL3000', 'FROM a:1\nWORKDIR $X\nWORKDIR b'],
    ['DL3006', 'FROM a'],
    ['DL3010', 'FROM a:1\nCOPY x.tgz /tmp/\nRUN tar -xzf /tmp/x.tgz && rm /tmp/x.tgz'],
    ['DL3010', 'FROM a:1\nCOPY x.tgz /tmp/\nRUN tar -xzf /tmp/x.tgz --strip-components=1'],
    ['DL3010', 'FROM a:1\nCOPY x.tgz /tmp/\nWORKDIR /y\nRUN tar -xzf /tmp/x.tgz'],
    ['DL3010', 'FROM a:1\nCOPY x.tgz y /tmp/\nRUN tar -xzf /tmp/x.tgz'],
    ['DL3020', 'FROM a:1\nADD a.tar b /c/'],
    ['DL3044', 'FROM x:1\nENV C=$A A=b'],
    ['DL3059', 'FROM a:1\nRUN cd /x\nRUN y'],
    ['DL3059', 'FROM a:1\nRUN export A=b\nRUN y'],
    ['DL3059', 'FROM a:1\nRUN x # y\nRUN z'],
    ['DL3059', 'FROM a:1\nRUN x\n# hadolint ignore=DL3008\nRUN y'],
    ['DL3059', 'FROM a:1\nRUN x\n# check=skip=UndefinedVar\nRUN y'],
    ['DL3064', 'FROM a:1\nARG MYTOKEN\nENV A=$MYTOKEN\nRUN x $MYTOKEN'],
    ['DL3064', 'ARG MYTOKEN\nFROM a:1'],
    ['DL3066', 'FROM a:1\nUSER me'],
  ];
  for (const [code, text] of uncertain)
    it(`${code}: ${JSON.stringify(text)}`, () => assert.deepEqual(fixesOf(text, code, { knowledge, options }), []));
});

describe('what may be fixed with everything else', () => {
  const safety: readonly (readonly [code: string, text: string, safe: boolean])[] = [
    ['DL3020', 'FROM a:1\nADD x /y', true],
    ['DL3020', 'FROM a:1\nADD x* /y', false],
    ['DL3044', 'FROM x:1\nENV A=b C=$A', true],
    ['DL3044', 'FROM x:1\nENV PATH=/a:$PATH B=$PATH', false],
    ['DL3045', 'FROM a:1\nCOPY a b', false],
  ];
  for (const [code, text, safe] of safety)
    it(`${code}: ${JSON.stringify(text)}`, () =>
      assert.equal(fixesOf(text, code, { knowledge, options })[0]!.safe, safe));
});
