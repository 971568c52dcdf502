import assert from 'node:assert/strict';
import { diagnose } from '../../../../../../server/language/diagnostics/diagnose.ts';
import { parse } from '../../../../../../server/language/dockerfile/parse.ts';
import { assertFix, fixed } from '../../../../../support/fixes.ts';

/** Letters and digits without meaning, so that no scanner takes these tests for a leak. */
function random(length: number, alphabet = 'k7Qz2mXw9LpR4vTb6NhY8cJd3GfSs5Ke'): string {
  return Array.from({ length }, (_, index) => alphabet[(index * 7 + (index >> 3)) % alphabet.length]).join('');
}

const upper = 'Q7ZXW2LPRVTB6NHYCJD3GFSKE45MAU';
const lower = 'k7qz2mxw9lpr4vtb6nhy8cjd3gfs5eau';
const github = `ghp_${random(36)}`;
const password = random(12);

const secrets: readonly (readonly [what: string, secret: string])[] = [
  ['GitHub', github],
  ['GitHub, of an app', `ghs_${random(36)}`],
  ['GitHub, fine-grained', `github_pat_${random(82)}`],
  ['GitLab', `glpat-${random(20)}`],
  ['npm', `npm_${random(36)}`],
  ['Docker Hub', `dckr_pat_${random(27)}`],
  ['Slack', `xoxb-${'2847561930'}-${random(24)}`],
  ['Google', `AIza${random(35)}`],
  ['AWS', `AKIA${random(16, upper.replace(/[0189]/g, ''))}`],
  ['PyPI', `pypi-AgE${random(60)}`],
  ['NuGet', `oy2${random(43, lower)}`],
  ['Stripe', `sk_live_${random(24)}`],
  ['SendGrid', `SG.${random(22)}.${random(43)}`],
];

const inContext: readonly (readonly [instruction: string, secret: string])[] = [
  [`ENV AWS_SECRET_ACCESS_KEY=${random(40)}`, random(40)],
  [`ENV AWS_SECRET_ACCESS_KEY ${random(40)}`, random(40)],
  [`RUN aws configure set aws_secret_access_key "${random(40)}"`, random(40)],
  [`ENV C="DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${random(86)}==;"`, `${random(86)}==`],
  [`ENV C="Endpoint=sb://a.b/;SharedAccessKey=${random(43)}="`, `${random(43)}=`],
  [`ADD https://a.blob.core.windows.net/b/c?sv=1&sig=${random(43)}%3D /x`, `${random(43)}%3D`],
  [`RUN echo //npm.company.com/:_authToken=${random(36)} > .npmrc`, random(36)],
  [`RUN curl -H "Authorization: Bearer ${random(30)}" https://a.b/c`, random(30)],
  [`RUN git clone https://me:${password}@git.company.com/a.git`, password],
  [`ARG INDEX=https://build:${password}@pypi.company.com:8443/simple`, password],
  [`RUN echo "-----BEGIN RSA PRIVATE KEY-----\\n${random(64)}"`, `-----BEGIN RSA PRIVATE KEY-----\\n${random(32)}`],
  [`COPY <<EOF /k\n-----BEGIN PRIVATE KEY-----\n${random(64)}\nEOF`, `-----BEGIN PRIVATE KEY-----\n${random(32)}`],
  [`RUN <<EOF\nexport TOKEN=${github}\nEOF`, github],
  [`RUN a \\\n  && b ${github} \\\n  && c`, github],
  [`ONBUILD RUN a ${github}`, github],
  [`HEALTHCHECK CMD a ${github}`, github],
  [`LABEL token='${github}'`, github],
  [`RUN git clone https://x-access-token:${github}@github.com/a/b`, github],
];

const harmless: readonly string[] = [
  `RUN echo ${random(40)}`,
  `ADD --checksum=sha256:${random(64, 'a1b2c3d4e5f60789')} https://a.b/c /c`,
  'ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
  'ENV AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  `ENV T=ghp_${'x'.repeat(36)}`,
  'ENV T=ghp_short',
  'RUN grep -q "BEGIN PRIVATE KEY" /k',
  'RUN printf -- "-----BEGIN PRIVATE KEY-----\\n$KEY" > /k',
  'RUN git clone https://$USER:$PASSWORD@git.company.com/a.git',
  `RUN git clone https://oauth2:\${TOKEN}@git.company.com/a.git`,
  'RUN curl -H "Authorization: Bearer $TOKEN" https://a.b/c',
  'ENV P=http://user:password@proxy.company.com:3128',
  'ENV P=http://user:YOUR_TOKEN@proxy.company.com:3128',
  'ENV P=http://user:<password>@proxy.company.com:3128',
  `ENV D=postgres://app:${password}@localhost:5432/app`,
  `ENV D=postgres://app:${password}@db/app`,
  'ENV D=postgres://postgres:postgres@db.company.com/app',
  `ENV D=postgres://app:${password}@db.example.com/app`,
  'RUN curl ftp://anonymous:me@ftp.company.com/a',
  'RUN npm config set //npm.company.com/:_authToken=$NPM_TOKEN',
  'RUN echo http://a.b:80/c@d',
];

function found(text: string) {
  const dockerfile = parse(text);
  return diagnose(dockerfile).filter(({ code }) => code === 'SecretInPlainText');
}

describe('secrets in plain text', () => {
  for (const [what, secret] of secrets) {
    it(`knows those of ${what}`, () => assert.equal(found(`FROM a\nENV X="${secret}"`).length, 1));
  }
  for (const [instruction, secret] of inContext) {
    it(`knows: ${JSON.stringify(instruction)}`, () => {
      const text = `FROM a\n${instruction}`;
      const [first, ...more] = found(text);
      assert.deepEqual(more, []);
      const start = text.indexOf(secret);
      assert.deepEqual(first?.range, positions(text, start, start + secret.length));
    });
  }
  for (const instruction of harmless) {
    it(`leaves alone: ${JSON.stringify(instruction)}`, () => assert.deepEqual(found(`FROM a\n${instruction}`), []));
  }

  it('never says what the secret is', () => {
    for (const secret of [...secrets.map(([, own]) => own), `https://me:${password}@git.company.com`]) {
      const { message } = found(`FROM a\nENV X=${secret}`)[0]!;
      for (let at = 0; at + 5 <= secret.length; at++) {
        const part = secret.slice(at, at + 5);
        assert.ok(!/\d/.test(part) || !message.toString().includes(part), `${part} in ${message}`);
      }
    }
  });

  it('does not go on for ever in a file of secrets', () => {
    assert.equal(found(`FROM a\nRUN ${`https://me:${password}@git.company.com \\\n`.repeat(5000)}`).length, 100);
  });

  it('reads long text in linear time', () => {
    const lines = ['://a:', '-----BEGIN ', 'a.', 'aws_secret_key    ', 'sig='].map((part) =>
      part.repeat(60_000 / part.length),
    );
    const text = `FROM a\nRUN ${lines.join('\\\n')}`;
    assert.deepEqual(found(text), []);
  });
});

function positions(text: string, start: number, end: number) {
  const position = (offset: number) => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length - 1, character: before.at(-1)!.length };
  };
  return { start: position(start), end: position(end) };
}

describe('fixes of secrets in plain text', () => {
  const code = 'SecretInPlainText';
  const mount = (name: string) => `--mount=type=secret,id=${name},env=${name}`;
  const cases: readonly (readonly [before: string, after: string])[] = [
    [
      `FROM a\nRUN --network=host git clone "https://x:${github}@github.com/a/b" \\\n && echo ${github}`,
      `FROM a\nRUN ${mount('GITHUB_TOKEN')} --network=host git clone "https://x:\${GITHUB_TOKEN}@github.com/a/b" \\\n && echo \${GITHUB_TOKEN}`,
    ],
    [
      `FROM a\nRUN curl https://me:${password}@a.company.com/$PASSWORD`,
      `FROM a\nRUN ${mount('BUILD_PASSWORD')} curl https://me:\${BUILD_PASSWORD}@a.company.com/$PASSWORD`,
    ],
    [
      `FROM a\nARG TOKEN="${github}"\nRUN x\nRUN y $TOKEN\nONBUILD RUN z`,
      `FROM a\nRUN x\nRUN ${mount('TOKEN')} y $TOKEN\nONBUILD RUN z`,
    ],
    [`FROM a\nARG A=1 TOKEN=${github}\nRUN x $TOKEN`, `FROM a\nARG A=1\nRUN ${mount('TOKEN')} x $TOKEN`],
  ];
  for (const [before, after] of cases) {
    it(JSON.stringify(before), () => assertFix(code, before, after));
  }

  const uncertain: readonly string[] = [
    `RUN echo '${github}'`,
    `RUN echo ${github} # why`,
    `RUN ["echo", "${github}"]`,
    `RUN <<EOF\necho ${github}\nEOF`,
    `ENV TOKEN=${github}\nRUN x $TOKEN`,
    `ARG TOKEN=${github}\nENV T=$TOKEN\nRUN x $TOKEN`,
    `ARG TOKEN=${github}\nRUN x`,
    `ARG URL=https://x:${github}@github.com\nRUN x $URL`,
    `SHELL ["pwsh", "-c"]\nRUN x ${github}`,
  ];
  for (const text of uncertain)
    it(`leaves alone: ${JSON.stringify(text)}`, () => assert.equal(fixed(`FROM a\n${text}`, code), undefined));
});
