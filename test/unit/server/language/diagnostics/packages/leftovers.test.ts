/** What package managers leave in the image: when it is reported, and how each style of RUN is fixed. */
import assert from 'node:assert/strict';
import { assertFix, fixesOf } from '../../../../../support/fixes.ts';
import { onlyRule, shellKnowledge, underlined } from '../../../../../support/lint.ts';

type Case = readonly [file: string, underlined: readonly string[]];

const lists = 'rm -rf /var/lib/apt/lists/*';

const cases: Readonly<Record<string, readonly Case[]>> = {
  DL3009: [
    ['RUN apt-get update && apt-get install python', ['apt-get update']],
    ['RUN apt-get -qq update', ['apt-get -qq update']],
    [`RUN apt-get update && apt-get install a && ${lists}`, []],
    ['RUN apt-get update && rm -r /var/lib/apt/lists && x', []],
    ['RUN apt-get update && rm -rf /var/lib/apt/lists/* /var/cache/apt', []],
    ['RUN apt-get update && rm -rf "/var/lib/apt/"', []],
    ['RUN apt-get update; rm -rf /var/lib/{apt,dpkg,cache,log}/', []],
    ['RUN apt-get update && find /var/lib/apt/lists -type f -delete', []],
    ['RUN apt-get update && apt-get dist-clean', []],
    ['RUN apt-get update && ./cleanup.sh', []],
    ["RUN apt-get update && sudo bash -c 'rm -rf /var/lib/apt/lists/*'", []],
    ['RUN apt-get update && apt-get clean && rm -rf /tmp/x', ['apt-get update']],
    [`RUN ${lists} && apt-get update`, ['apt-get update']],
    [`RUN apt-get update && apt-get install a\nRUN ${lists}`, ['apt-get update']],
    ['RUN apt-get install a', []],
    ['RUN <<EOF\napt-get update\nEOF', ['apt-get update']],
    ['ONBUILD RUN apt-get update', ['apt-get update']],
    ['RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update', []],
    [
      'RUN --mount=type=cache,target=/var/lib/apt,sharing=locked --mount=type=cache,dst=/var/cache/apt apt-get update',
      [],
    ],
    ['RUN --mount=type=tmpfs,target=/var/lib/ apt-get update', []],
    ['ONBUILD RUN --mount=type=cache,target=/var/lib/apt apt-get update', []],
    ['RUN --mount=type=cache,target=$DIR apt-get update', []],
    ['RUN --mount=type=cache,target=/var/cache/apt apt-get update', ['apt-get update']],
    ['RUN --mount=type=bind,target=/var/lib/apt apt-get update', ['apt-get update']],
    ['RUN apt-get update\nFROM b', []],
    ['RUN apt-get update\nFROM first\nRUN x', ['apt-get update']],
  ],
  DL3032: [
    ['RUN yum install -y a', ['yum install']],
    ['RUN yum -y install a && yum clean all', []],
    ['RUN yum install -y a; yum clean packages', []],
    ['RUN yum install -y a && rm -rf /var/cache/yum', []],
    ['RUN yum install -y a && rm -rf /var/cache/dnf/* ~/.x', []],
    ['RUN yum clean all && yum install -y a', ['yum install']],
    ['RUN --mount=type=cache,target=/var/cache/yum yum install -y a', []],
    ['RUN --mount=type=cache,target=/var/cache yum install -y a', []],
    ['RUN --mount=type=cache,target=/root yum install -y a', ['yum install']],
    ['RUN yum update -y', []],
  ],
  DL3036: [
    ['RUN zypper -n install a', ['zypper -n install']],
    ['RUN zypper in -y a && zypper clean && zypper cc --all', []],
    ['RUN zypper clean && zypper in -y a', ['zypper in']],
    ['RUN --mount=type=cache,target=/var/cache/zypp zypper in -y a', []],
  ],
  DL3040: [
    ['RUN dnf install -y a', ['dnf install']],
    ['RUN microdnf install a && microdnf clean all', []],
    ['RUN dnf install -y a && microdnf clean all', ['dnf install']],
    ['RUN dnf install -y a && dnf clean all && dnf install -y b', []],
    ['RUN dnf clean all && dnf install -y a', ['dnf install']],
    ['RUN dnf install -y a && rm -rf /var/cache/yum/*', []],
    ['RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y a', []],
    ['RUN notdnf install a', []],
  ],
  DL3060: [
    ['RUN yarn install --frozen-lockfile', ['yarn install']],
    ['RUN yarn --network-timeout 1000 install && yarn cache clean', []],
    ['RUN yarn install && rm -rf /usr/local/share/.cache', []],
    ['RUN yarn install && rm -rf $(yarn cache dir)', []],
    ['RUN --mount=type=cache,target=/root/.cache/yarn yarn install', []],
    ['RUN --mount=type=cache,target=/yarn-cache yarn install --cache-folder /yarn-cache', []],
    ['RUN yarn install\nFROM b', []],
    ['RUN yarn install\nFROM first', ['yarn install']],
    ['RUN yarn build && yarn add a', []],
  ],
};

function needsOf(code: string, title?: string) {
  return { knowledge: shellKnowledge, options: onlyRule(code), ...(title !== undefined && { title }) };
}

describe('what package managers leave behind', () => {
  for (const [name, own] of Object.entries(cases)) {
    for (const [text, expected] of own) {
      const file = `FROM debian AS first\nSHELL ["bash", "-c"]\n${text}`;
      it(`${name}: ${JSON.stringify(text)}`, () => assert.deepEqual(underlined(file, name), expected));
    }
  }

  const fixes: readonly (readonly [code: string, before: string, after: string])[] = [
    ['DL3009', 'RUN apt-get update && x', `RUN apt-get update && x && ${lists}`],
    [
      'DL3009',
      'RUN apt-get update \\\n    && apt-get install -y \\\n        a \\\n        b\n',
      `RUN apt-get update \\\n    && apt-get install -y \\\n        a \\\n        b \\\n    && ${lists}\n`,
    ],
    [
      'DL3009',
      'RUN apt-get update && \\\n\t# why\n\tapt-get install -y a\n',
      `RUN apt-get update && \\\n\t# why\n\tapt-get install -y a && \\\n\t${lists}\n`,
    ],
    [
      'DL3009',
      'RUN set -eux; \\\n\tapt-get update; \\\n\tx\n',
      `RUN set -eux; \\\n\tapt-get update; \\\n\tx; \\\n\t${lists}\n`,
    ],
    ['DL3009', 'RUN apt-get update; \\\n  x', `RUN apt-get update; \\\n  x && \\\n  ${lists}`],
    [
      'DL3009',
      'RUN apt-get update && apt-get install \\\n   a',
      `RUN apt-get update && apt-get install \\\n   a \\\n   && ${lists}`,
    ],
    ['DL3009', 'RUN apt-get update \\\r\n && x\r\n', `RUN apt-get update \\\r\n && x \\\r\n && ${lists}\r\n`],
    ['DL3009', 'RUN apt-get update && (a || b)', `RUN apt-get update && (a || b) && ${lists}`],
    ['DL3009', 'RUN sudo apt-get update', `RUN sudo apt-get update && sudo ${lists}`],
    [
      'DL3009',
      'RUN <<EOF\nset -e\napt-get update\nx # y\n\nEOF',
      `RUN <<EOF\nset -e\napt-get update\nx # y\n${lists}\n\nEOF`,
    ],
    [
      'DL3009',
      'RUN <<-EOF\n\tset -e\n\tapt-get update\n\tEOF',
      `RUN <<-EOF\n\tset -e\n\tapt-get update\n\t${lists}\n\tEOF`,
    ],
    [
      'DL3009',
      'RUN <<EOF\n  apt-get update\n  x # y\nEOF',
      `RUN <<EOF\n  set -e\n  apt-get update\n  x # y\n  ${lists}\nEOF`,
    ],
    [
      'DL3009',
      'RUN <<EOF\napt-get update\napt-get install a && b\nEOF',
      `RUN <<EOF\napt-get update\napt-get install a && b && ${lists}\nEOF`,
    ],
    ['DL3009', 'RUN <<EOF\napt-get update && x # y\nEOF', `RUN <<EOF\napt-get update && x && ${lists} # y\nEOF`],
    ['DL3009', 'RUN ["sh", "-c", "apt-get update"]', `RUN ["sh", "-c", "apt-get update && ${lists}"]`],
    ['DL3009', 'ONBUILD RUN apt-get update', `ONBUILD RUN apt-get update && ${lists}`],
    [
      'DL3009',
      'RUN apt-get update\nRUN apt-get update && apt-get install a && rm -rf /var/lib/apt/lists',
      `RUN apt-get update && ${lists}\nRUN apt-get update && apt-get install a && rm -rf /var/lib/apt/lists`,
    ],
    ['DL3032', 'RUN yum install -y a', 'RUN yum install -y a && yum clean all'],
    ['DL3032', 'RUN yum install -y \\\n  a \\\n  b', 'RUN yum install -y \\\n  a \\\n  b \\\n  && yum clean all'],
    ['DL3036', 'RUN zypper -n in a', 'RUN zypper -n in a && zypper clean'],
    ['DL3040', 'RUN dnf install -y a', 'RUN dnf install -y a && dnf clean all'],
    ['DL3040', 'RUN microdnf install a', 'RUN microdnf install a && microdnf clean all'],
    ['DL3060', 'RUN yarn install', 'RUN yarn install && yarn cache clean'],
  ];
  for (const [code, before, after] of fixes) {
    it(`${code} is cleaned: ${JSON.stringify(before)}`, () =>
      assertFix(code, `FROM a\n${before}\nUSER y`, `FROM a\n${after}\nUSER y`, needsOf(code)));
  }

  it('is cleaned with another escape character', () =>
    assertFix(
      'DL3009',
      '# escape=`\nFROM a\nSHELL ["sh", "-c"]\nRUN apt-get update `\n  && x',
      `# escape=\`\nFROM a\nSHELL ["sh", "-c"]\nRUN apt-get update \`\n  && x \`\n  && ${lists}`,
      needsOf('DL3009'),
    ));

  const apt =
    '--mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=locked';
  const yarn = '--mount=type=cache,target=/usr/local/share/.cache/yarn,sharing=locked';
  const mounted: readonly (readonly [code: string, before: string, after: string])[] = [
    ['DL3009', 'RUN apt-get update', `RUN ${apt} apt-get update`],
    [
      'DL3009',
      'onbuild run --network=host \\\n apt-get update',
      `onbuild run ${apt} --network=host \\\n apt-get update`,
    ],
    ['DL3036', 'RUN zypper -n in a', 'RUN --mount=type=cache,target=/var/cache/zypp,sharing=locked zypper -n in a'],
    ['DL3060', 'RUN yarn install', `RUN ${yarn} yarn install`],
  ];
  for (const [code, before, after] of mounted) {
    const title = 'Keep it out of the image with a cache mount';
    it(`${code} is mounted: ${JSON.stringify(before)}`, () =>
      assertFix(code, `FROM a\n${before}`, `FROM a\n${after}`, needsOf(code, title)));
  }

  const titles: readonly (readonly [code: string, text: string, titles: readonly string[]])[] = [
    // a later instruction installs from the lists
    ['DL3009', 'RUN apt-get update\nRUN x\nRUN apt-get install -y a', []],
    ['DL3009', 'RUN apt-get update\nFROM first\nRUN apt-get install -y a', []],
    // the last command does not come back, or its end is not certain
    ['DL3009', 'RUN apt-get update && exec x', ['Keep it out of the image with a cache mount']],
    ['DL3009', 'RUN apt-get update && x # y', ['Keep it out of the image with a cache mount']],
    ['DL3009', 'RUN apt-get update && x &', ['Keep it out of the image with a cache mount']],
    ['DL3009', 'RUN <<EOF\napt-get update\ncat <<X\ny\nX\nEOF', ['Keep it out of the image with a cache mount']],
    ['DL3009', 'RUN ["apt-get", "update"]', ['Keep it out of the image with a cache mount']],
    // the cache of another user is elsewhere
    ['DL3060', 'USER node\nRUN yarn install', ['Add yarn cache clean']],
  ];
  for (const [code, text, expected] of titles) {
    it(`${code} has no fix that is not certain: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(
        fixesOf(`FROM a AS first\n${text}`, code, needsOf(code)).map(({ title }) => title),
        expected,
      ));
  }

  it('is cleaned without asking where that is safe', () => {
    const safe = (code: string, text: string) => fixesOf(`FROM a\n${text}`, code, needsOf(code)).map((fix) => fix.safe);
    assert.deepEqual(safe('DL3009', 'RUN apt-get update'), [true, false]);
    assert.deepEqual(safe('DL3009', 'RUN <<EOF\napt-get update\nx\nEOF'), [false, false]);
    assert.deepEqual(safe('DL3032', 'RUN yum install -y a'), [true, false]);
    assert.deepEqual(safe('DL3060', 'RUN yarn install'), [false, false]);
  });
});
