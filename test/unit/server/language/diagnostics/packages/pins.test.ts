/** Which packages count as written without a version, for each package manager. */
import assert from 'node:assert/strict';
import { findingsIn } from '../../../../../../server/language/diagnostics/findings.ts';
import { parse } from '../../../../../../server/language/dockerfile/parse.ts';
import { assertFix, fixesOf } from '../../../../../support/fixes.ts';
import { onlyRule, shellKnowledge, underlined } from '../../../../../support/lint.ts';

type Case = readonly [command: string, underlined: readonly string[]];

const cases: Readonly<Record<string, readonly Case[]>> = {
  DL3008: [
    ['apt-get install curl', ['curl']],
    ['apt-get update && apt-get install -y git=1:2.5.0* curl wget', ['curl']],
    ['apt-get install -y a \\\n # why\n b=1 && apt-get -y install c', ['a', 'c']],
    ['apt-get -yqq --no-install-recommends install nodejs=0.10 && rm -rf /var/lib/apt/lists/*', []],
    ['apt-get install ./tool_1.0_amd64.deb /tmp/x.deb y.deb', []],
    ['apt-get install -y -t bookworm-backports git=1.2', []],
    ['apt-get install -y --target-release stable -tstable --target-release=stable git=1.2', []],
    ['apt-get install git/stable', []],
    ['apt-get -o Dpkg::Options::=--force-confold -o X=y install git', ['git']],
    ['apt-get install $PACKAGES "$ONE" git${VERSION} curl$V', []],
    ['apt-get install "postgresql-$PG_MAJOR-jit"', ['"postgresql-$PG_MAJOR-jit"']],
    ['apt-get install $(cat packages) `cat more`', []],
    ['apt-get install -y curl-', []],
    ['apt-get update', []],
    ['apt-get remove curl', []],
    ['apt-get install curl; if', ['curl']],
    ['apt-get $ACTION curl', []],
    ['apt install curl', []],
    ['echo apt-get install curl', []],
    ['echo $(apt-get install curl)', ['curl']],
    ['sudo -E DEBIAN_FRONTEND=noninteractive apt-get install curl', ['curl']],
    ['A=1 env -i B=2 nice -n 5 timeout 10m apt-get install curl', ['curl']],
    ['if true; then (apt-get install curl); fi', ['curl']],
    ["bash -ec 'apt-get update && apt-get install curl'", ['curl']],
    ['bash -c "apt-get install $X curl"', []],
    ['cat list | xargs apt-get install -y curl', ['curl']],
    ['/usr/bin/apt-get install curl', ['curl']],
    ['apt-get "install" \'curl\'', ["'curl'"]],
    ['apt-get install -- curl', ['curl']],
    ['["apt-get", "install", "-y", "curl"]', ['"curl"']],
    ['["bash", "-c", "apt-get install curl"]', ['curl']],
    ['<<EOF\napt-get install \\\n  curl\nEOF', ['curl']],
    ['<<EOF bash\nignored\nEOF', []],
    ['--mount=type=cache,target=/var/lib/apt apt-get install curl', ['curl']],
  ],
  DL3013: [
    ['pip install requests', ['requests']],
    ['pip3.11 install requests==2.0 flask', ['flask']],
    ['python3 -m pip install requests', ['requests']],
    ['python -I -m pip --no-input install requests', ['requests']],
    ['/venv/bin/pip install -U pip', ['pip']],
    ["pip install 'a>=1' 'b<2' 'c~=1' 'd!=3' e===4", []],
    ['pip install -r requirements.txt extra', []],
    ['pip install --requirement requirements.txt', []],
    ['pip install --requirement=requirements.txt', []],
    ['pip install -rrequirements.txt', []],
    ['pip install . wheel', []],
    ['pip install -e . --no-deps', []],
    ["pip install '.[dev]'", []],
    ['pip install a.whl b.tar.gz dist/*.whl ./c', []],
    ['pip install -c constraints.txt requests', []],
    ['PIP_CONSTRAINT=c.txt pip install requests', []],
    ['pip install git+https://github.com/a/b.git@1.2#egg=b', []],
    ['pip install git+ssh://git@github.com/a/b.git', ['git+ssh://git@github.com/a/b.git']],
    ['pip install git+https://github.com/a/b.git', ['git+https://github.com/a/b.git']],
    ["pip install 'a @ https://example.com/a.zip'", []],
    ['pip install -i https://example.com/simple --extra-index-url https://b.example.com --target /x a==1', []],
    ['pip install --trusted-host example.com a', ['a']],
    ['pip install $PACKAGE "a==$VERSION" b$C', []],
    ["pip install 'jax[cuda]'", ["'jax[cuda]'"]],
    ['pip download requests', []],
    ['pip --version', []],
    ['pipx install black && pipenv install black', []],
    ['["pip", "install", "requests"]', ['"requests"']],
  ],
  DL3016: [
    ['npm install', []],
    ['npm install --progress=false', []],
    ['npm install express', ['express']],
    ['npm i -g npm@latest', []],
    ['npm i -g yarn', ['yarn']],
    ['npm --global add yarn', ['yarn']],
    ['npm install express@4.1.1 sax', ['sax']],
    ['npm install @scope/name@">=0.1.0 <0.2.0"', []],
    ['npm install @scope/name', ['@scope/name']],
    ['npm install --registry https://example.com --loglevel verbose sax@1', []],
    ['npm install --registry=https://example.com express', ['express']],
    ['npm install a.tar b.tgz c.tar.gz /d ./e ../f ~/g file:h https://example.com/i', []],
    ['npm install git+https://github.com/a/b.git', ['git+https://github.com/a/b.git']],
    ['npm install git+ssh://git@github.com:a/b.git#v1', []],
    ['npm install user/name github:user/other#semver:^5', ['user/name']],
    ['npm install --unsafe-perm true -g $TOOL', []],
    ['npm run --crazy install x', []],
    ['npm ci', []],
  ],
  DL3018: [
    ['apk add flex', ['flex']],
    ['apk add --no-cache flex=2.6.4-r1 git~2.52 make~=4', []],
    ['apk add flex=1 make>1', ['make']],
    ["apk add 'a>1' 'b<2'", []],
    ['apk add --no-cache a=1 \\\n b \\\n c=1', ['b']],
    ['apk add --virtual .deps a=1 && apk add -t .more b=1', []],
    ['apk add --no-cache --virtual=.deps a b', ['a']],
    ['apk add -X https://example.com/edge --repository https://example.com/testing flow=1', []],
    ['apk --no-cache -p /root add flow', ['flow']],
    ['apk add my-1.apk /tmp/*.apk !musl $DEPS', []],
    ['apk del flex && apk update', []],
  ],
  DL3028: [
    ['gem install bundler', ['bundler']],
    ['gem i bundler:1 nokogiri', ['nokogiri']],
    ["gem install bundler -v '2.0.1'", []],
    ['gem install bundler --version 2.0.1 && gem install rake --version=13', []],
    ['gem install --no-document -i /x --source https://example.com rake', ['rake']],
    ['gem install nokogiri:1 -- --use-system-libraries true', []],
    ['gem install nokogiri:1 --use-system-libraries true', []],
    ['gem install my.gem', []],
    ['gem install -g Gemfile', []],
    ['gem update rake', []],
  ],
  DL3033: [
    ['yum install -y tomcat && yum clean all', ['tomcat']],
    ['yum -y install epel-release', ['epel-release']],
    ['yum install -y tomcat-9.2 openssl-1:1.1.1k rpm-sign-4.16 gcc-c++-1.1', []],
    ['yum install -y https://example.com/x.rpm ./y.rpm z.rpm', []],
    ['yum install -y "git-core-${V}" tomcat-$V $ALL', []],
    ['yum install -y git-${V}-1', []],
    ['yum --enablerepo epel install -y tomcat', ['tomcat']],
    ['yum module install -y tomcat', ['tomcat']],
    ['yum module install -y tomcat:9', []],
    ['yum groupinstall -y "Development Tools" && yum install -y @development', []],
    ['yum localinstall x.rpm', []],
  ],
  DL3037: [
    ['zypper install -y httpd', ['httpd']],
    ['zypper -n in httpd=2.4 "a>=1" b.rpm', []],
    ['zypper in --repo updates a', ['a']],
    ['zypper in -t pattern devel && zypper in pattern:devel -vim', []],
    ['zypper rm httpd', []],
  ],
  DL3041: [
    ['dnf install -y tomcat && microdnf install rpm-sign', ['tomcat', 'rpm-sign']],
    ['dnf install -y tomcat-9.0.1 openssl-1:1.1.1k', []],
    ['microdnf install tomcat-9.0.1', []],
    ['dnf module install -y tomcat', ['tomcat']],
    ['notdnf install tomcat', []],
  ],
  DL3062: [
    ['go install example.com/pkg', ['example.com/pkg']],
    ['go install example.com/pkg@latest', ['example.com/pkg@latest']],
    ['go install example.com/pkg@v1.2.3 "example.com/b@${V}"', []],
    ['go get -u -v example.com/a example.com/b', ['example.com/a']],
    ['go get -tool example.com/a@latest', ['example.com/a@latest']],
    ['go run example.com/pkg@v1 example.com/other', []],
    ['go run example.com/pkg -x', ['example.com/pkg']],
    ['go run main.go && go run . && go install ./... /go/app', []],
    ['go install -ldflags "-X example.com/x=1" -tags example.com/y .', []],
    ['go install cmd/vet std myapp/tool tool', []],
    ['GO111MODULE=off go get example.com/pkg', []],
    ['CGO_ENABLED=0 GOBIN=/x go install example.com/pkg', ['example.com/pkg']],
    ['go build example.com/pkg', []],
  ],
};

describe('packages without a version', () => {
  for (const [name, own] of Object.entries(cases)) {
    for (const [command, expected] of own)
      it(`${name}: ${command}`, () => assert.deepEqual(underlined(`FROM a\nRUN ${command}`, name), expected));
  }

  it('are seen in what ONBUILD triggers', () =>
    assert.deepEqual(underlined('FROM a\nONBUILD RUN apt-get install curl', 'DL3008'), ['curl']));
  it('are seen with CRLF and another escape character', () =>
    assert.deepEqual(
      underlined(
        '# escape=`\r\nFROM a\r\nSHELL ["/bin/sh", "-c"]\r\nRUN apt-get `\r\n install `\r\n  curl\r\n',
        'DL3008',
      ),
      ['curl'],
    ));
  it('are no matter where no shell of ours reads', () =>
    assert.deepEqual(underlined('FROM a\nSHELL ["pwsh", "-c"]\nRUN apt-get install curl', 'DL3008'), []));

  const messages: readonly (readonly [name: string, command: string, message: string])[] = [
    [
      'DL3008',
      'apt-get install curl',
      '"curl" has no version, so another build may install another one. Write curl=<version>.',
    ],
    [
      'DL3013',
      'pip install a b c',
      '"a" and 2 more have no version, so another build may install another one. Write a==<version>.',
    ],
    [
      'DL3018',
      'apk add a@testing',
      '"a@testing" has no version, so another build may install another one. Write a=<version>@testing.',
    ],
    [
      'DL3041',
      'dnf module install nodejs',
      '"nodejs" has no version, so another build may install another one. Write nodejs:<version>.',
    ],
    [
      'DL3062',
      'go install a.b/c@latest',
      '"a.b/c@latest" has no version, so another build may install another one. Write a.b/c@<version>.',
    ],
  ];
  for (const [name, command, message] of messages) {
    it(`are named: ${command}`, () => {
      const found = findingsIn(parse(`FROM a\nRUN ${command}`), shellKnowledge, onlyRule(name));
      assert.equal(found[0]?.message, message);
    });
  }

  const taken: readonly (readonly [name: string, command: string, names: readonly string[], after: string])[] = [
    ['DL3008', 'apt-get -y install "curl"', ['CURL_VERSION'], 'apt-get -y install curl=${CURL_VERSION:?}'],
    [
      'DL3008',
      'apt-get install g++ curl=1 7zip',
      ['G_VERSION', '_7ZIP_VERSION'],
      'apt-get install g++=${G_VERSION:?} curl=1 7zip=${_7ZIP_VERSION:?}',
    ],
    ['DL3008', "sh -c 'apt-get install curl'", ['CURL_VERSION'], "sh -c 'apt-get install curl=${CURL_VERSION:?}'"],
    [
      'DL3008',
      '["sh", "-c", "apt-get install curl"]',
      ['CURL_VERSION'],
      '["sh", "-c", "apt-get install curl=${CURL_VERSION:?}"]',
    ],
    [
      'DL3008',
      '<<EOF\napt-get install curl\nEOF',
      ['CURL_VERSION'],
      '<<EOF\napt-get install curl=${CURL_VERSION:?}\nEOF',
    ],
    ['DL3013', 'pip install flask[async]', ['FLASK_VERSION'], 'pip install flask[async]==${FLASK_VERSION:?}'],
    ['DL3016', 'npm i @angular/cli', ['ANGULAR_CLI_VERSION'], 'npm i @angular/cli@${ANGULAR_CLI_VERSION:?}'],
    ['DL3016', 'npm i owner/tool', ['OWNER_TOOL_VERSION'], 'npm i owner/tool#${OWNER_TOOL_VERSION:?}'],
    ['DL3018', 'apk add a@testing', ['A_VERSION'], 'apk add a=${A_VERSION:?}@testing'],
    ['DL3028', 'gem install rails', ['RAILS_VERSION'], 'gem install rails:${RAILS_VERSION:?}'],
    ['DL3033', 'yum install -y git', ['GIT_VERSION'], 'yum install -y git-${GIT_VERSION:?}'],
    ['DL3037', 'zypper install -y vim', ['VIM_VERSION'], 'zypper install -y vim=${VIM_VERSION:?}'],
    ['DL3041', 'dnf install -y git', ['GIT_VERSION'], 'dnf install -y git-${GIT_VERSION:?}'],
    ['DL3041', 'dnf module install nodejs', ['NODEJS_VERSION'], 'dnf module install nodejs:${NODEJS_VERSION:?}'],
    ['DL3062', 'go install a.b/c/v2@latest', ['C_VERSION'], 'go install a.b/c/v2@${C_VERSION:?}'],
  ];
  for (const [name, command, names, after] of taken) {
    it(`have it taken from a build argument: ${command}`, () => {
      const lines = names.map((argument) => `ARG ${argument}\n`).join('');
      assertFix(name, `FROM a\nRUN ${command}\n`, `FROM a\n${lines}RUN ${after}\n`, needsOf(name));
    });
  }
  it('have it taken from the argument that is there', () =>
    assertFix(
      'DL3008',
      'FROM a\nARG CURL_VERSION=8\nRUN apt-get install curl',
      'FROM a\nARG CURL_VERSION=8\nRUN apt-get install curl=${CURL_VERSION:?}',
      needsOf('DL3008'),
    ));
  it('leave the comments of the instruction with it', () =>
    assertFix(
      'DL3008',
      'FROM a\r\n\r\n# tools\r\n# hadolint ignore=DL3009\r\nrun apt-get install curl\r\n',
      'FROM a\r\n\r\narg CURL_VERSION\r\n# tools\r\n# hadolint ignore=DL3009\r\nrun apt-get install curl=${CURL_VERSION:?}\r\n',
      needsOf('DL3008'),
    ));
  it('have it taken from the argument of the build that an ONBUILD waits for', () =>
    assertFix(
      'DL3008',
      'FROM a\nARG CURL_VERSION\nONBUILD RUN apt-get install curl\n',
      'FROM a\nARG CURL_VERSION\nONBUILD ARG CURL_VERSION\nONBUILD RUN apt-get install curl=${CURL_VERSION:?}\n',
      needsOf('DL3008'),
    ));
  const stay: readonly (readonly [name: string, command: string])[] = [
    ['DL3008', '["apt-get", "install", "curl"]'],
    ['DL3008', 'apt-get install lib$X-dev'],
    ['DL3008', 'apt-get install a.b a-b'],
    ['DL3013', 'pip install git+https://host.example/flask'],
  ];
  for (const [name, command] of stay) {
    it(`stay as they are where no argument would do: ${command}`, () =>
      assert.deepEqual(fixesOf(`FROM a\nRUN ${command}`, name, needsOf(name)), []));
  }
});

function needsOf(name: string) {
  return { knowledge: shellKnowledge, options: onlyRule(name) };
}
