/** Options that keep an image small, and a command that has no place in one. */
import assert from 'node:assert/strict';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { findingsIn } from '../../../../../../server/language/diagnostics/findings.ts';
import type { Preset } from '../../../../../../server/language/diagnostics/lintOptions.ts';
import { parse } from '../../../../../../server/language/dockerfile/parse.ts';
import { assertFix, fixesOf } from '../../../../../support/fixes.ts';
import { onlyRule, shellKnowledge, underlined } from '../../../../../support/lint.ts';

type Case = readonly [file: string, underlined: readonly string[]];

const cases: Readonly<Record<string, readonly Case[]>> = {
  DL3015: [
    ['RUN apt-get install -y a', ['apt-get install']],
    ['RUN apt-get -f install', ['apt-get -f install']],
    ['RUN apt-get install --no-install-recommends a && apt-get --no-install-recommends install b', []],
    ['RUN apt-get install --install-recommends a', []],
    ['RUN apt-get install -o APT::Install-Recommends=false a', []],
    ['RUN apt-get install $APT_OPTIONS a', []],
    ['RUN echo \'APT::Install-Recommends "0";\' > /etc/apt/apt.conf.d/01\nRUN apt-get install a', []],
    ['RUN apt-get install a\nRUN echo \'APT::Install-Recommends "0";\' > /etc/apt/apt.conf.d/01', ['apt-get install']],
    ['RUN apt-get update', []],
  ],
  DL3019: [
    ['RUN apk add a=1', ['apk add']],
    ['RUN apk update && apk add -U a && apk --quiet add b', ['apk add', 'apk --quiet add']],
    ['RUN apk add --no-cache a && apk --no-cache add b', []],
    ['RUN apk add --no-network --virtual .x a', []],
    ['RUN apk add $OPTIONS a', []],
    ['RUN --mount=type=cache,target=/var/cache/apk apk add -U a', []],
    ['RUN --mount=target=/etc/apk/cache/,type=cache apk add -U a', []],
    ['RUN --mount=type=cache,target=/var/cache/foo apk add -U a', ['apk add']],
    ['RUN apk del a', []],
    ['ONBUILD RUN apk add a', ['apk add']],
  ],
  DL3035: [
    ['RUN zypper dist-upgrade && zypper -n dup', ['zypper dist-upgrade', 'zypper -n dup']],
    ['RUN zypper update && zypper in dup', []],
  ],
  DL3042: [
    ['RUN pip install a', ['pip install']],
    ['RUN pip3 install a && python -m pip install b', ['pip3 install', 'python -m pip install']],
    ['RUN pip install --no-cache-dir a && pip --no-cache-dir install b && pip install --no-cache c', []],
    ['RUN pipx install a && pipenv install b && python -m pipx install c', []],
    ['RUN pip install $OPTIONS a', []],
    ['RUN pip install a && pip cache purge', []],
    ['RUN pip install a && rm -rf ~/.cache /tmp/x', []],
    ['RUN pip install a && rm -rf /tmp/x', ['pip install']],
    ['RUN --mount=type=cache,target=/root/.cache/pip pip install a', []],
    ['RUN --mount=type=cache,target=/home/me/.cache pip install a', []],
    ['RUN --mount=type=cache,target=/x pip install a', ['pip install']],
    ['ENV PIP_NO_CACHE_DIR=1\nRUN pip install a', []],
    ['ENV PIP_NO_CACHE_DIR "on"\nRUN pip install a', []],
    ['ARG PIP_NO_CACHE_DIR=true\nRUN pip install a', []],
    ['ENV PIP_NO_CACHE_DIR=$X\nRUN pip install a', []],
    ['ENV PIP_NO_CACHE_DIR=off\nRUN pip install a', ['pip install']],
    ['ENV PIP_NO_CACHE_DIR=1\nENV PIP_NO_CACHE_DIR=0\nRUN pip install a', ['pip install']],
    ['RUN PIP_NO_CACHE_DIR=yes pip install a', []],
    ['RUN export PIP_NO_CACHE_DIR=1 && pip install a', []],
    ['RUN export PIP_NO_CACHE_DIR=false && pip install a', ['pip install']],
    ['RUN pip config set global.no-cache-dir true\nRUN pip install a', []],
    ['ENV PIP_NO_CACHE_DIR=1\nFROM first\nRUN pip install a', []],
    ['ENV PIP_NO_CACHE_DIR=1\nFROM debian\nRUN pip install a', ['pip install']],
    ['ONBUILD RUN pip install a', ['pip install']],
  ],
};

function needsOf(code: string, title?: string) {
  return { knowledge: shellKnowledge, options: onlyRule(code), ...(title !== undefined && { title }) };
}

describe('options of package managers', () => {
  for (const [name, own] of Object.entries(cases)) {
    for (const [text, expected] of own)
      it(`${name}: ${JSON.stringify(text)}`, () =>
        assert.deepEqual(underlined(`FROM debian AS first\n${text}`, name), expected));
  }

  it('are known where the base image sets them', () => {
    const knowledge = {
      ...shellKnowledge,
      environmentOf: (image: string) => (image === 'me:1' ? ['PIP_NO_CACHE_DIR'] : []),
    };
    const count = (text: string) => findingsIn(parse(text), knowledge, onlyRule('DL3042')).length;
    assert.equal(count('ARG T=1\nFROM me:$T AS b\nFROM b\nRUN pip install a'), 0);
    assert.equal(count('FROM me:2\nRUN pip install a'), 1);
  });

  const fixes: readonly (readonly [code: string, before: string, after: string, title?: string])[] = [
    ['DL3015', 'RUN apt-get install -y a', 'RUN apt-get install --no-install-recommends -y a'],
    ['DL3019', 'RUN apk add a', 'RUN apk add --no-cache a'],
    ['DL3019', 'RUN apk add \\\n  -U \\\n  a', 'RUN apk add \\\n  --no-cache \\\n  a'],
    ['DL3019', 'RUN apk --update add a', 'RUN apk --no-cache add a'],
    ['DL3019', 'RUN ["apk", "add", "a"]', 'RUN ["apk", "add", "--no-cache", "a"]'],
    [
      'DL3019',
      'RUN apk update \\\n && apk add a \\\n && x',
      'RUN apk add --no-cache a \\\n && x',
      'Add --no-cache and leave out apk update',
    ],
    [
      'DL3019',
      'RUN apk add a',
      'RUN --mount=type=cache,target=/var/cache/apk,sharing=locked apk add a',
      'Keep it out of the image with a cache mount',
    ],
    ['DL3035', 'RUN zypper -n dup', 'RUN zypper -n update'],
    ['DL3042', 'RUN python -m pip install a', 'RUN python -m pip install --no-cache-dir a'],
    [
      'DL3042',
      'RUN pip install a',
      'RUN --mount=type=cache,target=/root/.cache/pip,sharing=locked pip install a',
      'Keep it out of the image with a cache mount',
    ],
  ];
  for (const [code, before, after, title] of fixes) {
    it(`${code} is fixed: ${JSON.stringify(before)}`, () =>
      assertFix(code, `FROM a\n${before}\nRUN y`, `FROM a\n${after}\nRUN y`, needsOf(code, title)));
  }

  const titles: readonly (readonly [code: string, text: string, titles: readonly string[]])[] = [
    ['DL3019', 'RUN apk update; apk add a', ['Add --no-cache', 'Keep it out of the image with a cache mount']],
    [
      'DL3019',
      'RUN apk update && apk add a && apk add b',
      ['Add --no-cache', 'Keep it out of the image with a cache mount'],
    ],
    ['DL3042', 'USER me\nRUN pip install a', ['Add --no-cache-dir']],
    [
      'DL3042',
      'USER me\nUSER 0:0\nRUN pip install a',
      ['Add --no-cache-dir', 'Keep it out of the image with a cache mount'],
    ],
  ];
  for (const [code, text, expected] of titles) {
    it(`${code} has no fix that is not certain: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(
        fixesOf(`FROM a\n${text}`, code, needsOf(code)).map(({ title }) => title),
        expected,
      ));
  }

  it('change nothing without being asked where a build may need what is left out', () =>
    assert.deepEqual(
      fixesOf('FROM a\nRUN apt-get install -y a', 'DL3015', needsOf('DL3015')).map(({ safe }) => safe),
      [false],
    ));
});

describe('rules about package managers', () => {
  const text = 'FROM a\nRUN apt-get update && apt-get install curl\nRUN dnf install git && pip install x && apk add y';
  const found = (preset: Preset) =>
    findingsIn(parse(text), shellKnowledge, { preset, rules: {} })
      .filter(({ rule }) => /^DL30(?:0[89]|1[34589]|38|4[012])$/.test(rule.name))
      .map(({ rule, severity }) => `${rule.name} ${severity}`)
      .sort();

  it('are only those of a build that stops, unless hadolint’s are asked for', () => {
    assert.deepEqual(found('buildkit'), []);
    assert.deepEqual(found('recommended'), [`DL3038 ${DiagnosticSeverity.Warning}`]);
    const [warning, info] = [DiagnosticSeverity.Warning, DiagnosticSeverity.Information];
    assert.deepEqual(found('hadolint'), [
      `DL3008 ${warning}`,
      `DL3009 ${info}`,
      `DL3013 ${warning}`,
      `DL3014 ${warning}`,
      `DL3015 ${info}`,
      `DL3018 ${warning}`,
      `DL3019 ${info}`,
      `DL3038 ${warning}`,
      `DL3040 ${warning}`,
      `DL3041 ${warning}`,
      `DL3042 ${warning}`,
    ]);
  });
});
