/** Rules about commands in RUN, condition by condition. */
import assert from 'node:assert/strict';
import type { LintOptions } from '../../../../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../../../../server/language/diagnostics/rule.ts';
import { wellKnownEnvironment } from '../../../../../server/language/dockerfile/baseEnvironment.ts';
import { findings } from '../../../../support/findings.ts';
import { assertFix, fixesOf } from '../../../../support/fixes.ts';
import { shell } from '../../../../support/shell.ts';

const options: LintOptions = { preset: 'hadolint', rules: {} };
const knowledge: Knowledge = { environmentOf: wellKnownEnvironment, shell };
const withShell = { knowledge, options };

/** `line: what is underlined` of the findings of one rule. */
function found(code: string, text: string): readonly string[] {
  return findings(text, knowledge, options)
    .filter((finding) => finding.includes(` ${code}: `))
    .map((finding) => finding.replace(` ${code}`, ''));
}

type Case = readonly [text: string, expected: readonly string[]];

const cases: Readonly<Record<string, readonly Case[]>> = {
  DL3001: [
    ['FROM a\nRUN top', ['2: top']],
    ['FROM a\nONBUILD RUN service x start && kill 1', ['2: service', '2: kill']],
    ['FROM a\nRUN apt-get install vim ssh', []],
    ['FROM a\nRUN echo $(ps) | /bin/mount', ['2: ps', '2: /bin/mount']],
    ['FROM a\nRUN --mount=type=ssh ssh -T git@host || true', []],
    ['FROM a\nRUN --mount=type=cache,target=/x ssh host', ['2: ssh']],
    ['FROM a\nRUN ["free"]', ['2: "free"']],
    ['FROM a\nRUN <<EOF\nx\nvim y\nEOF', ['4: vim']],
    ['FROM a\nRUN $ps', []],
    ['FROM a\nCMD top', []],
  ],
  DL3003: [
    ['FROM a\nRUN cd /opt', ['2: cd /opt']],
    ['FROM a\nRUN a && (cd b && cd c)', ['2: cd b']],
    ['FROM a\nONBUILD RUN cd /opt && make', ['2: cd /opt']],
    ['FROM a\nRUN <<EOF\ncd /opt\nmake\nEOF', ['3: cd /opt']],
    ['FROM a\nRUN echo cd /opt', []],
    ['FROM a\nWORKDIR /opt', []],
    ['FROM a\nSHELL ["pwsh", "-c"]\nRUN cd /opt', []],
  ],
  DL3004: [
    ['FROM a\nRUN sudo apt-get update', ['2: sudo']],
    ['FROM a\nRUN x && /usr/bin/sudo y', ['2: /usr/bin/sudo']],
    ['FROM a\nONBUILD RUN sudo x', ['2: sudo']],
    ['FROM a\nRUN apt-get install sudo', []],
    ['FROM a\nRUN x \\\n  # sudo y\n && z', []],
  ],
  DL3027: [
    ['FROM a\nRUN apt install python', ['2: apt']],
    ['FROM a\nONBUILD RUN apt update', ['2: apt']],
    ['FROM a\nRUN apt-get install apt', []],
    ['FROM a\nRUN ["apt", "update"]', ['2: "apt"']],
    ['FROM a\nRUN ["/bin/sh", "-c", "apt update"]', ['2: apt']],
  ],
  DL3046: [
    ['FROM a\nRUN useradd x', []],
    ['FROM a\nRUN useradd -u 12345 x', []],
    ['FROM a\nRUN useradd -l -u 123456 x', []],
    ['FROM a\nRUN useradd --no-log-init -u 123456 x', []],
    ['FROM a\nRUN useradd -ml -u 123456 x', []],
    ['FROM a\nRUN useradd -u 123456 x', ['2: useradd']],
    ['FROM a\nRUN useradd -mu 123456 x', ['2: useradd']],
    ['FROM a\nRUN useradd -u123456 x', ['2: useradd']],
    ['FROM a\nRUN useradd --uid=123456 x && useradd --uid 1234567 y', ['2: useradd', '2: useradd']],
    ['FROM a\nRUN useradd -u "${USER_ID}" x', []],
    ['FROM a\nRUN adduser -u 123456 x', []],
  ],
  DL3047: [
    ['FROM a\nRUN wget x', ['2: wget']],
    ['FROM a\nONBUILD RUN wget x', ['2: wget']],
    ['FROM a\nRUN wget -O- x | wget -qO- y', ['2: wget']],
    ['FROM a\nRUN wget --progress=dot:giga x', []],
    ['FROM a\nRUN wget -nv x && wget -nvO - x && wget --no-verbose x', []],
    ['FROM a\nRUN wget --quiet x && wget -o /tmp/log x && wget --output-file=/tmp/log x', []],
    ['FROM a\nRUN wget -a /tmp/log x && wget --append-output=/tmp/log x', []],
    ['FROM a\nRUN wget --version', []],
    ['FROM a\nRUN apk add wget', []],
  ],
  DL4001: [
    ['FROM a\nRUN wget x\nRUN curl y', ['3: curl']],
    ['FROM a\nRUN wget x && curl y', ['2: curl']],
    ['FROM a\nRUN wget x', []],
    ['FROM a\nRUN wget x\nFROM a\nRUN curl y', []],
    ['FROM a\nRUN wget x\nRUN curl y\nRUN z\nRUN wget q', ['3: curl', '5: wget']],
    ['FROM a\nRUN wget x\nONBUILD RUN curl y', []],
    ['FROM a\nONBUILD RUN wget x\nONBUILD RUN curl y', ['3: curl']],
    ['FROM a\nRUN apt-get install wget curl', []],
  ],
  DL4005: [
    ['FROM a\nRUN ln -sfv /bin/bash /bin/sh', ['2: ln -sfv /bin/bash /bin/sh']],
    ['FROM a\nONBUILD RUN ln -s bash /bin/sh', ['2: ln -s bash /bin/sh']],
    ['FROM a\nRUN ln -sf /bin/true /sbin/initctl', []],
    ['FROM a\nRUN ln -s x y && z /bin/sh', []],
  ],
  DL4006: [
    ['FROM a\nRUN wget -O - x | wc -l > /n', ['2: wget -O - x | wc -l > /n']],
    ['FROM a\nRUN wget -O - x && wc -l y', []],
    ['FROM a\nONBUILD RUN a | b', ['2: a | b']],
    ['FROM a\nRUN X=$(a | b) y', ['2: a | b']],
    ['FROM a\nRUN a | b\nRUN c | d', ['2: a | b', '3: c | d']],
    // SHELL
    ['FROM a\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a | b', []],
    ['FROM a\nSHELL ["/bin/bash", "-o", "errexit", "-o", "pipefail", "-c"]\nRUN a | b', []],
    ['FROM a\nSHELL ["/usr/local/bin/zsh", "-o", "pipefail", "-c"]\nRUN a | b', []],
    ['FROM a\nSHELL ["/bin/ash", "-euxo", "pipefail", "-c"]\nRUN a | b', []],
    ['FROM a\nSHELL ["/bin/sh", "-o", "pipefail", "-c"]\nRUN a | b', ['3: a | b']],
    ['FROM a\nSHELL ["/bin/bash", "-c"]\nRUN a | b', ['3: a | b']],
    ['FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nSHELL ["/bin/sh", "-c"]\nRUN a | b', ['4: a | b']],
    ['FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a | b\nFROM a\nRUN a | b', ['5: a | b']],
    ['FROM a AS b\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nFROM b\nRUN a | b', []],
    ['FROM a\nSHELL ["pwsh", "-c"]\nRUN a | b', []],
    ['FROM a\nSHELL ["powershell.exe"]\nRUN a | b', []],
    ['FROM a\nSHELL ["cmd.exe", "/c"]\nRUN a | b', []],
    ['# escape=`\nFROM a\nRUN a | b', []],
    // in the script
    ['FROM a\nRUN set -o pipefail && a | b', []],
    ['FROM a\nRUN set -euxo pipefail; a | b', []],
    ['FROM a\nRUN set -ex && a | b', ['2: a | b']],
    ['FROM a\nRUN a | b; set -o pipefail', ['2: a | b']],
    ['FROM a\nRUN set -o pipefail; set +o pipefail; a | b', ['2: a | b']],
    ['FROM a\nRUN (set -o pipefail; a | b) && c | d', ['2: c | d']],
    // heredocs
    ['FROM a\nRUN <<EOF\nset -o pipefail\na | b\nEOF', []],
    ['FROM a\nRUN <<EOF\na | b\nEOF', ['3: a | b']],
    ['FROM a\nRUN <<EOF\n#!/bin/bash\na | b\nEOF', ['4: a | b']],
    ['FROM a\nRUN <<EOF\n#!/usr/bin/env -S bash -o pipefail\na | b\nEOF', []],
    ['FROM a\nRUN <<EOF\n#!/usr/bin/env python3\na | b\nEOF', []],
    ['FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN <<EOF\n#!/bin/sh\na | b\nEOF', ['5: a | b']],
    ['FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN <<EOF\na | b\nEOF', []],
    ['FROM a\nRUN bash -eo pipefail <<EOF\na | b\nEOF', []],
    ['FROM a\nRUN x && bash -e <<EOF\na | b\nEOF', ['3: a | b']],
    // exec form
    ['FROM a\nRUN ["bash", "-c", "a | b"]', ['2: a | b']],
    ['FROM a\nRUN ["bash", "-o", "pipefail", "-c", "a | b"]', []],
    ['FROM a\nRUN ["a", "|", "b"]', []],
    // where it makes no difference
    ['FROM a\nRUN if a | grep -q b; then c; fi', []],
    ['FROM a\nRUN if a; then b | c; fi', ['2: b | c']],
    ['FROM a\nRUN while a | b; do c; done', []],
    ['FROM a\nRUN ! a | b', []],
    ['FROM a\nRUN a | b || true', []],
    ['FROM a\nRUN a | b || exit 1', ['2: a | b']],
    ['FROM a\nRUN echo "a | b"', []],
  ],
  ErrexitMissing: [
    ['FROM a\nRUN <<EOF\na\nb\nEOF', ['3: a']],
    ['FROM a\nRUN <<EOF\nset -ex\na\nb\nEOF', []],
    ['FROM a\nRUN <<EOF\nset -o errexit\na\nb\nEOF', []],
    ['FROM a\nRUN <<EOF\n\n# why\nset -euo pipefail\na\nb\nEOF', []],
    ['FROM a\nRUN <<EOF\na\nEOF', []],
    ['FROM a\nRUN <<EOF\nEOF', []],
    ['FROM a\nRUN <<EOF\na &&\n b && \\\n c\nEOF', []],
    ['FROM a\nRUN <<EOF\na && b\nc\nEOF', ['3: a']],
    ['FROM a\nRUN <<EOF\necho x\nX=1\nexport Y=2\na\nEOF', []],
    ['FROM a\nRUN <<EOF\nX=$(a)\nb\nEOF', ['3: X=$(a)']],
    ['FROM a\nRUN <<EOF\na || exit 1\nb || true\nc\nEOF', []],
    ['FROM a\nRUN <<EOF\na; b\nEOF', ['3: a']],
    ['FROM a\nRUN <<EOF\nif x; then\n  a\n  b\nfi\nEOF', ['4: a']],
    ['FROM a\nRUN <<EOF\nf() {\n  a\n  b\n}\nf\nEOF', []],
    ['FROM a\nRUN <<-EOF\n\ta\n\tb\n\tEOF', ['3: a']],
    // who reads it
    ['FROM a\nRUN <<EOF\n#!/bin/bash\na\nb\nEOF', ['4: a']],
    ['FROM a\nRUN <<EOF\n#!/bin/sh -e\na\nb\nEOF', []],
    ['FROM a\nRUN <<EOF\n#!/usr/bin/env -S bash -eux\na\nb\nEOF', []],
    ['FROM a\nRUN <<EOF\n#!/usr/bin/env python3\na\nb\nEOF', []],
    ['FROM a\nRUN bash <<EOF\na\nb\nEOF', ['3: a']],
    ['FROM a\nRUN bash -e <<EOF\na\nb\nEOF', []],
    ['FROM a\nRUN <<EOF bash\na\nb\nEOF', ['3: a']],
    ['FROM a\nRUN <<EOF bash -e > x\na\nb\nEOF', []],
    ['FROM a\nRUN cat <<EOF > x\na\nb\nEOF', []],
    ['FROM a\nRUN python3 <<EOF\na\nb\nEOF', []],
    ['FROM a\nSHELL ["/bin/bash", "-e", "-c"]\nRUN <<EOF\na\nb\nEOF', []],
    ['FROM a\nSHELL ["/bin/bash", "-euxo", "pipefail", "-c"]\nRUN <<EOF\na\nb\nEOF', []],
    ['FROM a\nSHELL ["/bin/bash", "-e", "-c"]\nRUN <<EOF\n#!/bin/bash\na\nb\nEOF', ['5: a']],
    ['FROM a\nSHELL ["pwsh", "-c"]\nRUN <<EOF\na\nb\nEOF', []],
    ['FROM a\nONBUILD RUN <<EOF\na\nb\nEOF', ['3: a']],
    // not a heredoc
    ['FROM a\nRUN a; b', []],
    ['FROM a\nCOPY <<EOF /x\na\nb\nEOF', []],
  ],
};

describe('rules about commands', () => {
  for (const [code, own] of Object.entries(cases)) {
    for (const [text, expected] of own)
      it(`${code}: ${JSON.stringify(text)}`, () => assert.deepEqual(found(code, text), expected));
  }

  it('are silent for as long as the shell parser is not there', () => {
    const text = 'FROM a:1\nRUN cd /x && sudo apt update | top\nRUN <<EOF\na\nb\nEOF';
    assert.deepEqual(findings(text, undefined, options), []);
  });
});

type FixCase = readonly [code: string, before: string, after: string, title?: string];

const bash = 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n';
const ash = 'SHELL ["/bin/ash", "-o", "pipefail", "-c"]\n';

const fixes: readonly FixCase[] = [
  ['DL3003', 'FROM a\nRUN cd /x && make', 'FROM a\nWORKDIR /x\nRUN make'],
  ['DL3003', 'from a\nrun cd x/y \\\n    && make \\\n    && z', 'from a\nworkdir x/y\nrun make \\\n    && z'],
  ['DL3003', 'FROM a\nRUN --mount=type=ssh cd /x && make', 'FROM a\nWORKDIR /x\nRUN --mount=type=ssh make'],
  ['DL3003', 'FROM a\nRUN cd /x && \\\n  # why\n  make', 'FROM a\nWORKDIR /x\nRUN \\\n  # why\n  make'],
  ['DL3003', 'FROM a\nRUN cd /x\nRUN y', 'FROM a\nWORKDIR /x\nRUN y'],
  ['DL3004', 'FROM a\nRUN x && sudo -E y', 'FROM a\nRUN x && y'],
  ['DL3004', 'FROM a\nRUN x | sudo A=1 tee y', 'FROM a\nRUN x | A=1 tee y'],
  ['DL3004', 'FROM a\nRUN ["sudo", "y"]', 'FROM a\nRUN ["y"]'],
  ['DL3027', 'FROM a\nRUN apt -y install b \\\n  c', 'FROM a\nRUN apt-get -y install b \\\n  c'],
  ['DL3027', 'FROM a\nRUN /usr/bin/apt show b', 'FROM a\nRUN /usr/bin/apt-cache show b'],
  ['DL3027', 'FROM a\nRUN apt full-upgrade -y', 'FROM a\nRUN apt-get dist-upgrade -y'],
  ['DL3027', 'FROM a\nRUN apt upgrade -y', 'FROM a\nRUN apt-get upgrade --with-new-pkgs -y'],
  ['DL3027', 'FROM a\nRUN ["/bin/sh", "-c", "apt update"]', 'FROM a\nRUN ["/bin/sh", "-c", "apt-get update"]'],
  ['DL3046', 'FROM a\nRUN useradd \\\n  -u 123456 x', 'FROM a\nRUN useradd -l \\\n  -u 123456 x'],
  ['DL3046', 'FROM a\nRUN ["useradd", "-u", "123456", "x"]', 'FROM a\nRUN ["useradd", "-l", "-u", "123456", "x"]'],
  ['DL3047', 'FROM a\nRUN wget x', 'FROM a\nRUN wget --progress=dot:giga x'],
  ['DL3047', 'FROM a\nRUN wget x', 'FROM a\nRUN wget -q x', 'Add -q'],
  ['DL3047', 'FROM node:22-alpine\nRUN wget x', 'FROM node:22-alpine\nRUN wget -q x'],
  ['DL3047', 'FROM a\nRUN apk add x\nONBUILD RUN wget x', 'FROM a\nRUN apk add x\nONBUILD RUN wget -q x'],
  ['DL4005', 'FROM a\nRUN ln -sf /bin/bash /bin/sh\nRUN x', 'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN x'],
  ['DL4005', 'FROM a\nRUN rm /bin/sh \\\n && ln -s bash /bin/sh', 'FROM a\nSHELL ["/bin/bash", "-c"]'],
  ['DL4006', 'FROM a\nRUN a | b', `FROM a\n${bash}RUN a | b`],
  ['DL4006', 'FROM alpine:3\nRUN a | b', `FROM alpine:3\n${ash}RUN a | b`],
  ['DL4006', 'FROM a\n# why\n# so\n  RUN a | b', `FROM a\n${bash}# why\n# so\n  RUN a | b`],
  ['DL4006', 'FROM a\n# apart\n\nRUN <<EOF\na | b\nEOF', `FROM a\n# apart\n\n${bash}RUN <<EOF\na | b\nEOF`],
  ['DL4006', 'FROM a\r\nRUN a | b', `FROM a\r\n${bash.replace('\n', '\r\n')}RUN a | b`],
  [
    'DL4006',
    'FROM a\nSHELL ["bash", "-c"]\nRUN --mount=type=ssh \\\n  a | b',
    'FROM a\nSHELL ["bash", "-c"]\nRUN --mount=type=ssh \\\n  set -o pipefail && a | b',
  ],
  [
    'DL4006',
    'FROM a\nSHELL ["bash", "-ec"]\nRUN a | b',
    'FROM a\nSHELL ["bash", "-ec"]\nSHELL ["bash", "-o", "pipefail", "-ec"]\nRUN a | b',
    'Add SHELL ["bash", "-o", "pipefail", "-ec"]',
  ],
  // BuildKit looks for a shebang before it drops the tabs, so this is read by /bin/sh.
  [
    'DL4006',
    'FROM a\nRUN <<-EOF\n\t#!/bin/bash\n\ta | b\n\tEOF',
    `FROM a\n${bash}RUN <<-EOF\n\t#!/bin/bash\n\ta | b\n\tEOF`,
  ],
  [
    'DL4006',
    'FROM a\nRUN <<EOF\n#!/bin/bash\na | b\nEOF',
    'FROM a\nRUN <<EOF\n#!/bin/bash\nset -o pipefail\na | b\nEOF',
  ],
  ['ErrexitMissing', 'FROM a\nRUN <<EOF\na\nb\nEOF', 'FROM a\nRUN <<EOF\nset -e\na\nb\nEOF'],
  ['ErrexitMissing', 'FROM a\nRUN <<-E\n\t\ta\n\t\tb\n\tE', 'FROM a\nRUN <<-E\n\t\tset -e\n\t\ta\n\t\tb\n\tE'],
  [
    'ErrexitMissing',
    'FROM a\nRUN <<EOF\n#!/bin/sh\n# why\na\nb\nEOF',
    'FROM a\nRUN <<EOF\n#!/bin/sh\nset -e\n# why\na\nb\nEOF',
  ],
  ['ErrexitMissing', 'FROM a\nRUN x && sh <<EOF\na\nb\nEOF', 'FROM a\nRUN x && sh <<EOF\nset -e\na\nb\nEOF'],
];

describe('fixes of rules about commands', () => {
  for (const [code, before, after, title] of fixes)
    it(`${code}: ${title ?? ''} ${JSON.stringify(before)}`, () =>
      assertFix(code, before, after, { ...withShell, ...(title !== undefined && { title }) }));

  const none: readonly (readonly [code: string, text: string])[] = [
    ['DL3003', 'FROM a\nRUN a && cd /x && make'],
    ['DL3003', 'FROM a\nRUN cd $X && make'],
    ['DL3003', 'FROM a\nRUN cd ~ && make'],
    ['DL3003', 'FROM a\nRUN cd /x; make'],
    ['DL3003', 'FROM a\nONBUILD RUN cd /x && make'],
    ['DL3003', 'FROM a\nRUN (cd /x && make)'],
    ['DL3004', 'FROM a\nRUN sudo -u me x'],
    ['DL3027', 'FROM a\nRUN apt list --installed'],
    ['DL3027', 'FROM a\nRUN apt -o install list'],
    ['DL4005', 'FROM a\nRUN x && ln -sf /bin/bash /bin/sh'],
    ['DL4005', 'FROM a\nRUN rm /bin/sh && \\\n # why\n ln -s bash /bin/sh'],
    ['DL4006', 'FROM a\nONBUILD RUN a | b'],
    ['DL4006', 'FROM a\nRUN ["sh", "-c", "a | b"]'],
    ['ErrexitMissing', 'FROM a\r\nRUN <<EOF\r\na\r\nb\r\nEOF\r\n'],
  ];
  for (const [code, text] of none)
    it(`${code}: none is certain: ${JSON.stringify(text)}`, () => assert.deepEqual(fixesOf(text, code, withShell), []));

  const safety: readonly (readonly [code: string, text: string, safe: readonly boolean[]])[] = [
    ['DL3027', 'FROM a\nRUN apt update', [true]],
    ['DL3046', 'FROM a\nRUN useradd -u 123456 x', [true]],
    ['DL3047', 'FROM a\nRUN apt-get install -y wget && wget x', [true, false]],
    ['DL3047', 'FROM a AS b\nRUN dnf -y install wget\nFROM b\nRUN wget x', [true, false]],
    ['DL3047', 'FROM a\nRUN wget x', [false, false]],
    ['DL3003', 'FROM a\nRUN cd /x', [false]],
    ['DL3004', 'FROM a\nRUN sudo x', [false]],
    ['DL4006', 'FROM a\nRUN x | y', [false, false]],
    ['ErrexitMissing', 'FROM a\nRUN <<EOF\na\nb\nEOF', [false]],
  ];
  for (const [code, text, safe] of safety)
    it(`${code}: safe only where no build can fail by it: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(
        fixesOf(text, code, withShell).map((fix) => fix.safe),
        safe,
      ));
});
