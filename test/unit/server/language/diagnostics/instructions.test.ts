/** Each condition of each of hadolint's rules about instructions. */
import assert from 'node:assert/strict';
import { findingsIn } from '../../../../../server/language/diagnostics/findings.ts';
import type { HadolintConfig, LintOptions } from '../../../../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../../../../server/language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../../../../../server/language/dockerfile/baseEnvironment.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { findings } from '../../../../support/findings.ts';
import { plainShell } from '../../../../support/plainShell.ts';

const knowledge: Knowledge = { environmentOf: wellKnownEnvironment, shell: plainShell };
const options: LintOptions = { preset: 'hadolint', rules: { DL1001: 'info', DL3057: 'info' } };

/** What is underlined by `code`, with its line. */
function found(code: string, text: string, known: Knowledge = knowledge): readonly string[] {
  return findings(text, known, options)
    .filter((finding) => finding.includes(` ${code}: `))
    .map((finding) => finding.replace(`${code}: `, ''));
}

type Case = readonly [text: string, ...expected: readonly string[]];

const cases: Readonly<Record<string, readonly Case[]>> = {
  DL1001: [
    ['FROM a:1\n# hadolint ignore=DL3008\nRUN x', '2 # hadolint ignore=DL3008'],
    ['# hadolint global ignore=DL3008\nFROM a:1'],
    ['FROM a:1\n# about hadolint\nRUN x \\\n  # hadolint ignore=DL3008\n  y'],
  ],
  DL3000: [
    ['FROM a:1\nWORKDIR app'], // BuildKit's own
    ['FROM a:1\nWORKDIR /app\nWORKDIR src', '3 src'],
    ['FROM a:1\nWORKDIR /app\nWORKDIR "src"', '3 "src"'],
    ['FROM a:1\nWORKDIR /app\nWORKDIR "/src"\nWORKDIR $HERE\nWORKDIR c:/x\nWORKDIR D:\\x'],
    ['FROM a:1 AS b\nWORKDIR /app\nFROM b AS c\nFROM c\nWORKDIR src', '5 src'],
    ['FROM a:1\nENV D=/x\nWORKDIR $D\nWORKDIR ${D}/y'],
    ['FROM a:1\nONBUILD WORKDIR src', '2 src'],
    ['FROM a:1\nONBUILD WORKDIR /src\nONBUILD WORKDIR "$D"'],
  ],
  DL3002: [
    ['FROM scratch\nUSER root', '2 root'],
    ['FROM scratch\nUSER 0', '2 0'],
    ['FROM scratch\nUSER root:root', '2 root:root'],
    ['FROM scratch\nUSER 0:0', '2 0:0'],
    ['FROM scratch\nUSER "root"', '2 "root"'],
    ['FROM scratch\nUSER me'],
    ['FROM scratch\nUSER root\nRUN x\nUSER me'],
    ['FROM a:1 AS b\nUSER root\nFROM b\nRUN x', '2 root'],
    ['FROM a:1 AS b\nUSER root\nFROM scratch\nUSER me', '2 root'],
    ['FROM a:1 AS b\nUSER root\nUSER me\nFROM scratch'],
    ['FROM a:1\nUSER rooty'],
  ],
  DL3006: [
    ['FROM debian', '1 debian'],
    ['FROM debian AS b', '1 debian'],
    ['FROM localhost:5000/debian', '1 localhost:5000/debian'],
    ['FROM ruby@sha256:f1dbca0f5dbc9\nFROM ruby:2\nFROM scratch\nFROM $X\nFROM a$X\nFROM r/${X}'],
    ['FROM a:1 AS build\nFROM build AS test\nFROM Build'],
    ['FROM a:1 AS build\nFROM node AS test', '2 node'],
    ['FROM "debian:12"'],
  ],
  DL3007: [
    ['FROM a:latest', '1 a:latest'],
    ['FROM localhost:5000/a/b:latest AS c', '1 localhost:5000/a/b:latest'],
    ['FROM a:1\nFROM a\nFROM a:latest-slim\nFROM a:latest@sha256:f1dbca0f5dbc9'],
  ],
  DL3010: [
    ['FROM a:1\nCOPY x.tar /opt\nRUN tar -xf /opt/x.tar', '2 x.tar'],
    ['FROM a:1\nCOPY x.tar /opt\nWORKDIR /opt\nRUN a && tar --extract --file x.tar', '2 x.tar'],
    ['FROM a:1\nCOPY d/x.tar /y.tar\nRUN tar xf /y.tar', '2 d/x.tar'],
    ['FROM a:1\nCOPY a "x.tgz" /opt/\nRUN tar -xzf /opt/x.tgz', '2 "x.tgz"'],
    ['FROM a:1\nCOPY x.tar.gz /opt/\nRUN gunzip /opt/x.tar.gz', '2 x.tar.gz'],
    ['FROM a:1\nCOPY x.gz /opt/\nRUN gunzip /opt/x.gz'], // ADD would leave it as it is
    ['FROM a:1\nCOPY x.tar /opt\nRUN tar -cf /opt/x.tar d'],
    ['FROM a:1\nCOPY x.tar /opt\nFROM b:1\nRUN tar -xf /opt/x.tar'],
    ['FROM a:1\nCOPY package.json /opt\nRUN tar -xf other.tar'],
    ['FROM a:1\nCOPY --from=b:1 /x.tar /opt/\nRUN tar -xf /opt/x.tar'],
    ['FROM a:1\nRUN tar -xf /opt/x.tar\nCOPY x.tar /opt'],
  ],
  DL3011: [
    ['FROM a:1\nONBUILD EXPOSE 80 65536', '2 65536'],
    ['FROM a:1\nONBUILD EXPOSE 40000-80000/tcp', '2 40000-80000/tcp'],
    ['FROM a:1\nONBUILD EXPOSE 65535 $PORT\nEXPOSE 65536'], // the last is InvalidPort
  ],
  DL3020: [
    ['FROM a:1\nADD file /opt/', '2 ADD'],
    ['FROM a:1\nADD "file.zip" /opt/', '2 ADD'],
    ['FROM a:1\nADD a.tar file /opt/', '2 ADD'],
    ['FROM a:1\nADD a-$V.txt /opt/', '2 ADD'],
    ['FROM a:1\nADD <<EOF /a\nx\nEOF', '2 ADD'],
    ['FROM a:1\nONBUILD ADD . /a', '2 ADD'],
    ['FROM a:1\nADD ["a b", "/opt/"]', '2 ADD'],
    ['FROM a:1\nADD a.tar b.gz c.bz2 d.xz e.tgz "f.tgz" /opt/'],
    ['FROM a:1\nADD http://a.b/c "https://a.b/c" /opt/\nADD git@github.com:a/b.git /b\nADD https://a.b/c.git#v1 /c'],
    ['FROM a:1\nADD $URL /opt/\nADD x/$ARCHIVE /opt/\nADD --unpack=true x /opt/'],
  ],
  DL3021: [
    ['FROM a:1\nCOPY a b c', '2 c'],
    ['FROM a:1\nCOPY a b "c"', '2 "c"'],
    ['FROM a:1\nCOPY a \\\n b \\\n $C', '4 $C'],
    ['FROM a:1\nCOPY ["a", "b", "c"]', '2 "c"'],
    ['FROM a:1\nONBUILD COPY a b c', '2 c'],
    ['FROM a:1\nCOPY a b\nCOPY a b c/\nCOPY a b "c/"\nCOPY a b .\nCOPY a b x/..\nCOPY ["a", "b", "c/"]'],
    ['# escape=`\nFROM a:1\nCOPY a b c:\\d\\'],
  ],
  DL3022: [
    ['FROM a:1\nCOPY --from=foo b .', '2 foo'],
    ['FROM a:1 AS bulid\nFROM a:1\nCOPY --from=build b .', '3 build'],
    ['FROM a:1 AS build\nFROM a:1\nCOPY --from=build b .\nCOPY --from=BUILD b .\nCOPY --from=0 b .'],
    ['FROM a:1\nCOPY --from=a:2 b .\nCOPY --from=a@sha256:1 b .\nRUN --mount=type=bind,from=foo x'],
    ['FROM a:1\nCOPY --from=later b .\nFROM a:1 AS later'], // StageOrder
  ],
  DL3025: [
    ['FROM a:1\nSHELL ["/bin/bash", "-c"]\nCMD x y', '3 CMD x y'],
    ['FROM a:1 AS b\nSHELL ["/bin/bash", "-c"]\nFROM b\nENTRYPOINT x', '4 ENTRYPOINT x'],
    ['FROM a:1\nONBUILD CMD x', '2 CMD x'],
    ['FROM a:1\nCMD x\nENTRYPOINT y'], // JSONArgsRecommended
    ['FROM a:1\nSHELL ["/bin/bash", "-c"]\nCMD ["x"]\nENTRYPOINT ["y"]\nONBUILD CMD ["x"]\nRUN x'],
  ],
  DL3029: [
    ['FROM --platform=linux/amd64 a:1 AS my-amd64', '1 --platform=linux/amd64'],
    ['FROM --platform=linux a:1 AS linux', '1 --platform=linux'],
    ['FROM --platform=linux/amd64 a:1'], // FromPlatformFlagConstDisallowed
    ['FROM --platform=nonsense! a:1'], // InvalidPlatform
    ['FROM --platform=$BUILDPLATFORM a:1\nFROM --platform=linux/$TARGETARCH a:1\nFROM a:1'],
  ],
  DL3044: [
    ['FROM x:1\nENV A="b" C="${A}/d"', '2 ${A}'],
    ['FROM x:1\nENV A="b" C="$A/$AFOO/d"', '2 $A'],
    ['FROM x:1\nENV A="b" C="${A:-e}"', '2 ${A:-e}'],
    ['FROM x:1\nENV PATH=/a:$PATH PATH=/b:${PATH}', '2 $PATH'],
    ['FROM x:1\nENV C=$A A=b', '2 $A'],
    ['FROM x:1\nENV A=b\nENV C="${A}/d"\nENV A=c D=$A'],
    ['FROM x:1\nARG A\nENV A=${A} B=$A'],
    ['FROM x:1\nENV A=b C="${FOOA}$AFOO ${AFOO} A" D=\'$A\' E=\\$A'],
    ['FROM x:1\nENV PATH=/a:${PATH}\nENV PATH=/b:${PATH}'],
    ['FROM alpine:3\nENV A=b C=$A'], // UndefinedVar: the image is known to have none
    ['FROM alpine:3\nENV A=b C=$A D=$A'],
  ],
  DL3045: [
    ['FROM a:1\nCOPY a b', '2 b'],
    ['FROM a:1\nCOPY a "b"', '2 "b"'],
    ['FROM a:1\nONBUILD COPY a b', '2 b'],
    ['FROM a:1 AS c\nWORKDIR /usr\nFROM a:1\nCOPY a b', '4 b'],
    ['FROM a:1\nCOPY a b\nWORKDIR /x', '2 b'],
    ['FROM a:1\nONBUILD WORKDIR /x\nCOPY a b', '3 b'],
    [
      'FROM a:1\nCOPY a /b\nCOPY a "/b"\nCOPY a c:\\b\nCOPY a "c:\\b"\nCOPY a d:/b\nCOPY a $B\nCOPY a "${B}"\nONBUILD COPY a /b',
    ],
    ['FROM a:1\nWORKDIR /usr\nCOPY a b\nONBUILD COPY a b'],
    ['FROM a:1 AS b\nWORKDIR /usr\nFROM a:1 AS c\nFROM b AS d\nRUN x\nFROM d\nCOPY a b'],
    ['FROM a:1\nONBUILD WORKDIR /usr\nONBUILD COPY a b'],
  ],
  DL3057: [
    ['FROM a:1', '1 a:1'],
    ['FROM a:1\nFROM b:1', '1 a:1', '2 b:1'],
    ['FROM a:1 AS b\nFROM c:1\nCOPY --from=b x /y', '2 c:1'],
    ['FROM a:1\nHEALTHCHECK CMD x'],
    ['FROM a:1\nHEALTHCHECK NONE'],
    ['FROM a:1 AS b\nHEALTHCHECK CMD x\nFROM b'],
  ],
  DL3059: [
    ['FROM a:1\nRUN /foo.sh\nRUN /bar.sh', '3 RUN'],
    ['FROM a:1\nRUN /foo.sh\n# a\n# b\n\nRUN /bar.sh', '6 RUN'],
    ['FROM a:1\nRUN a\nRUN b\nRUN c', '3 RUN', '4 RUN'],
    ['FROM a:1\nRUN --mount=type=secret,id=a x\nRUN --mount=type=secret,id=a y', '3 RUN'],
    ['FROM a:1\nRUN a && b\nRUN c\nRUN d', '4 RUN'],
    ['FROM a:1\nRUN echo "a;b" \'c&&d\' \\; e\nRUN c', '3 RUN'],
    ['FROM a:1\nRUN x'],
    ['FROM a:1\nRUN a\nWORKDIR /\nRUN b'],
    ['FROM a:1\nRUN a\nFROM a:1\nRUN b'],
    ['FROM a:1\nRUN --mount=type=secret,id=a x\nRUN y'],
    ['FROM a:1\nRUN --mount=type=secret,id=a x\nRUN --mount=type=secret,id=b y'],
    ['FROM a:1\nRUN a && b\nRUN c'],
    ['FROM a:1\nRUN a; b\nRUN c'],
    ['FROM a:1\nRUN a\nRUN b | c'],
    ['FROM a:1\nRUN <<EOF\na\nEOF\nRUN b'],
    ['FROM a:1\nRUN ["a"]\nRUN ["b"]'],
    ['FROM a:1\nSHELL ["powershell", "-Command"]\nRUN a\nRUN b'],
  ],
  DL3064: [
    ['ARG AWS_ACCESS_KEY_ID\nFROM a:1', '1 AWS_ACCESS_KEY_ID'],
    ['ARG openai_api_key\nFROM a:1', '1 openai_api_key'],
    ['FROM a:1\nENV MYPASSWORD=x A=b', '2 MYPASSWORD'],
    ['FROM a:1\nARG DOCKER_USERNAME', '2 DOCKER_USERNAME'],
    ['FROM a:1\nONBUILD ARG TOKEN', '2 TOKEN'],
    ['FROM a:1\nENV my_password=x'], // SecretsUsedInArgOrEnv
    ['ARG foobar\nFROM a:1\nENV foobar=barfoo TOKENIZERS=1 MYPASSWORD_FILE=/x\nLABEL TOKENS=x'],
  ],
  DL3066: [
    ['FROM a:1\nUSER me', '2 me'],
    ['FROM a:1\nUSER "me:us"', '2 "me:us"'],
    ['FROM a:1\nONBUILD USER me', '2 me'],
    ['FROM a:1\nUSER 12345\nUSER 1234:us\nUSER $ME\nUSER root\nUSER ContainerUser'],
    ['# escape=`\nFROM a:1\nUSER me'],
  ],
  DL3067: [
    ['FROM a:1\nCOPY --from=b:1 / /', '2 COPY --from=b:1 / /'],
    ['FROM a:1\nCOPY --from=b:1 "/" "/"', '2 COPY --from=b:1 "/" "/"'],
    ['FROM a:1\nCOPY --from=b:1 ["/", "/"]', '2 COPY --from=b:1 ["/", "/"]'],
    ['FROM a:1\nCOPY / /\nCOPY --from=b:1 /app /\nCOPY --from=b:1 / /app'],
  ],
};

for (const [code, list] of Object.entries(cases)) {
  describe(code, () => {
    for (const [text, ...expected] of list) {
      it(`${expected.length > 0 ? 'reports' : 'leaves alone'} ${JSON.stringify(text)}`, () =>
        assert.deepEqual(found(code, text), expected));
      it(`is the same with CRLF: ${JSON.stringify(text)}`, () => {
        const count = found(code, text.replaceAll('\n', '\r\n')).length;
        assert.equal(count, expected.length);
      });
    }
  });
}

describe('DL3026', () => {
  const trusting = (...trustedRegistries: readonly string[]): Knowledge => {
    const hadolint: HadolintConfig = { ...noConfig, trustedRegistries };
    return { ...knowledge, hadolint };
  };
  const registries: readonly (readonly [text: string, trusted: readonly string[], ...expected: readonly string[]])[] = [
    ['FROM random.com/debian:1', []],
    ['FROM random.com/debian:1', ['docker.io'], '1 random.com/debian:1'],
    ['FROM random.com/debian:1', ['x.com', 'random.com']],
    ['FROM scratch\nFROM $X', ['x.com']],
    ['FROM ubuntu:1\nFROM a/ubuntu:1\nFROM docker.io/a/ubuntu:1', ['docker.io']],
    ['FROM ubuntu:1', ['hub.docker.com']],
    ['FROM ubuntu:1', ['x.com'], '1 ubuntu:1'],
    ['FROM x.com/a:1 AS b\nFROM b', ['x.com']],
    ['FROM x.com/a:1', ['*.random.com'], '1 x.com/a:1'],
    ['FROM foo.random.com/a:1', ['x.com', '*.random.com']],
    ['FROM ubuntu:1\nFROM x.com/a:1', ['*']],
  ];
  for (const [text, trusted, ...expected] of registries) {
    it(`${JSON.stringify(text)} with ${trusted.join(' ') || 'none'}`, () =>
      assert.deepEqual(found('DL3026', text, trusting(...trusted)), expected));
  }
});

const noConfig: HadolintConfig = {
  ignored: [],
  override: {},
  trustedRegistries: [],
  labelSchema: {},
  strictLabels: false,
  disableIgnorePragma: false,
};

describe('a rule with several names', () => {
  const pairs: readonly (readonly [text: string, name: string, other: string])[] = [
    ['FROM a:1\nHEALTHCHECK NONE\nHEALTHCHECK NONE', 'MultipleInstructionsDisallowed', 'DL3012'],
    ['FROM a:1\nCMD ["a"]\nCMD ["b"]', 'MultipleInstructionsDisallowed', 'DL4003'],
    ['FROM a:1\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]', 'MultipleInstructionsDisallowed', 'DL4004'],
    ['FROM a:1 AS b\nFROM a:1 AS b', 'DuplicateStageName', 'DL3024'],
    ['FROM a:1 AS scratch', 'ReservedStageName', 'DL3063'],
    ['FROM a:1\nCMD x', 'JSONArgsRecommended', 'DL3025'],
    ['FROM a:1\nSHELL ["a"]\nCMD x', 'DL3025', 'JSONArgsRecommended'],
    ['FROM a:1\nARG TOKEN', 'SecretsUsedInArgOrEnv', 'DL3064'],
    ['FROM a:1\nARG MYTOKEN', 'DL3064', 'SecretsUsedInArgOrEnv'],
    ['FROM --platform=$TARGETPLATFORM a:1', 'RedundantTargetPlatform', 'DL3065'],
    ['FROM --platform=linux/amd64 a:1', 'FromPlatformFlagConstDisallowed', 'DL3029'],
    ['FROM --platform=linux/amd64 a:1 AS amd64', 'DL3029', 'FromPlatformFlagConstDisallowed'],
    ['FROM a:1\nMAINTAINER me', 'MaintainerDeprecated', 'DL4000'],
    ['FROM a:1\nWORKDIR x', 'WorkdirRelativePath', 'DL3000'],
    ['FROM a:1\nWORKDIR /x\nWORKDIR y', 'DL3000', 'WorkdirRelativePath'],
    ['FROM a:1\nENV A=1 B=$A', 'DL3044', 'UndefinedVar'],
  ];
  for (const [text, name, other] of pairs) {
    it(`${name} is ${other} too, and one finding`, () => {
      const names = (file: string) => findingsIn(parse(file), knowledge, options).map(({ rule }) => rule.name);
      assert.deepEqual(
        names(text).filter((found) => found === name || found === other),
        [name],
      );
      assert.ok(!names(`# check=skip=${other}\n${text}`).includes(name));
      assert.ok(!names(`# hadolint global ignore=${other.startsWith('DL') ? other : name}\n${text}`).includes(name));
    });
  }

  const errors: readonly (readonly [text: string, name: string, other: string])[] = [
    ['FROM a:1\nONBUILD FROM a:1', 'InvalidTrigger', 'DL3043'],
    ['RUN x\nFROM a:1', 'NoBuildStage', 'DL3061'],
    ['FROM a:1 AS b\nCOPY --from=b x /y', 'StageOrder', 'DL3023'],
    ['FROM a:1\nEXPOSE 65536', 'InvalidPort', 'DL3011'],
  ];
  for (const [text, name, other] of errors) {
    it(`${name} is ${other} too`, () => {
      const rule = findingsIn(parse(text), knowledge, options).find((finding) => finding.rule.name === name)?.rule;
      assert.ok(rule?.aliases?.includes(other));
    });
  }
});

it('nothing of this is said where only BuildKit is asked', () => {
  const text = 'FROM a\nUSER root\nRUN x\nRUN y\nCOPY a b';
  assert.deepEqual(findings(text, knowledge, { preset: 'recommended', rules: {} }), []);
});
