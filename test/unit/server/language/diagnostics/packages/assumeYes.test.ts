/** Where a package manager would wait for an answer, and what makes it go on by itself. */
import assert from 'node:assert/strict';
import { assertFix, type FixNeeds } from '../../../../../support/fixes.ts';
import { onlyRule, shellKnowledge, underlined } from '../../../../../support/lint.ts';

type Case = readonly [file: string, underlined: readonly string[]];

const cases: Readonly<Record<string, readonly Case[]>> = {
  DL3014: [
    ['RUN apt-get install python', ['apt-get install']],
    ['RUN apt-get update && apt install python', ['apt install']],
    ['RUN apt-get -q install a && apt-get --quiet=1 install b', ['apt-get -q install', 'apt-get --quiet=1 install']],
    ['RUN apt-get install -yq a && apt-get -y install b && apt-get --yes install c', []],
    ['RUN apt-get --assume-yes install a && apt-get install a b -y', []],
    ['RUN apt-get -qq install a && apt-get install -q -q a && apt-get -q=2 install a', []],
    ['RUN apt-get -o APT::Get::Assume-Yes=true install a', []],
    ['RUN yes | apt-get install a', []],
    ['RUN echo y | (cd /x && sudo apt-get install a)', []],
    ['RUN apt-get install a < answers', []],
    ['RUN apt-get install a > log', ['apt-get install']],
    ['RUN apt-get $OPTIONS install a && apt-get install $OPTIONS a && apt-get install a ${FLAGS}', []],
    ['RUN apt-get install curl $PACKAGES "$LIBS"', ['apt-get install']],
    ['RUN apt-get install -s a', []],
    ['RUN apt-get remove a', []],
    ['ENV DEBIAN_FRONTEND=noninteractive\nRUN apt-get install a', ['apt-get install']],
    [
      'RUN echo \'APT::Get::Assume-Yes "true";\' > /etc/apt/apt.conf.d/90yes\nRUN apt-get install a\nFROM b\nRUN apt-get install b',
      ['apt-get install'],
    ],
    ['COPY <<EOF /etc/apt/apt.conf.d/yes\nAPT::Get::Assume-Yes "true";\nEOF\nRUN apt-get install a', []],
    ['ONBUILD RUN apt-get install a', ['apt-get install']],
    ['RUN ["apt-get", "install", "a"]', ['"apt-get", "install"']],
    ['RUN apt-get install a; if', []],
  ],
  DL3030: [
    ['RUN yum install httpd', ['yum install']],
    [
      'RUN yum groupinstall a && yum localinstall b.rpm && yum group install c',
      ['yum groupinstall', 'yum localinstall', 'yum group'],
    ],
    ['RUN yum install -y a && yum -y install b && yum --assumeyes install c', []],
    ['RUN echo assumeyes=1 >> /etc/yum.conf\nRUN yum install a', []],
    ['RUN yum install --setopt=assumeyes=1 a', []],
    ['RUN yum update && yum remove a', []],
  ],
  DL3034: [
    ['RUN zypper install a && zypper rm b && zypper patch', ['zypper install', 'zypper rm', 'zypper patch']],
    ['RUN zypper -n in a && zypper --non-interactive si b && zypper in -y c && zypper install --no-confirm d', []],
    ['RUN zypper refresh && zypper search a', []],
  ],
  DL3038: [
    ['RUN dnf install httpd', ['dnf install']],
    ['RUN dnf -y install a && dnf install a -y && dnf install --assumeyes b', []],
    ['RUN microdnf install httpd', []],
    ['RUN dnf module install nodejs:20', ['dnf module']],
  ],
};

describe('package managers that ask', () => {
  for (const [name, own] of Object.entries(cases)) {
    for (const [text, expected] of own)
      it(`${name}: ${JSON.stringify(text)}`, () => assert.deepEqual(underlined(`FROM a\n${text}`, name), expected));
  }

  const fixes: readonly (readonly [code: string, before: string, after: string])[] = [
    ['DL3014', 'RUN apt-get install curl', 'RUN apt-get install -y curl'],
    ['DL3014', 'RUN x; apt-get \\\n  install \\\n # why\n  curl', 'RUN x; apt-get \\\n  install -y \\\n # why\n  curl'],
    ['DL3014', 'RUN <<EOF\r\napt-get install curl\r\nEOF', 'RUN <<EOF\r\napt-get install -y curl\r\nEOF'],
    ['DL3014', 'RUN ["apt-get", "install", "curl"]', 'RUN ["apt-get", "install", "-y", "curl"]'],
    ['DL3014', 'RUN ["sh", "-c", "apt-get install curl"]', 'RUN ["sh", "-c", "apt-get install -y curl"]'],
    ['DL3014', "RUN bash -c 'apt-get install curl'", "RUN bash -c 'apt-get install -y curl'"],
    ['DL3014', 'ONBUILD RUN apt-get install curl', 'ONBUILD RUN apt-get install -y curl'],
    ['DL3030', 'RUN yum install httpd', 'RUN yum install -y httpd'],
    ['DL3030', 'RUN yum group install x', 'RUN yum group install -y x'],
    ['DL3034', 'RUN sudo zypper in httpd', 'RUN sudo zypper -n in httpd'],
    ['DL3038', 'RUN dnf install httpd', 'RUN dnf install -y httpd'],
  ];
  for (const [code, before, after] of fixes) {
    const needs: FixNeeds = { knowledge: shellKnowledge, options: onlyRule(code) };
    it(`${code} is fixed: ${JSON.stringify(before)}`, () =>
      assertFix(code, `FROM a\n${before}\nRUN y`, `FROM a\n${after}\nRUN y`, needs));
  }
});
