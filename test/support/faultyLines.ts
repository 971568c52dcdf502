import { patternMatcher, readIgnoreFile } from '../../common/ignore.ts';
import type { LintOptions } from '../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../server/language/diagnostics/rule.ts';
import { rules } from '../../server/language/diagnostics/rules.ts';
import { wellKnownEnvironment } from '../../server/language/dockerfile/baseEnvironment.ts';
import { shell } from './shell.ts';

/** Instructions and comments; of any few of them some are right and some are wrong, and which ones depends on the others. */
export const faultyLines: readonly string[] = [
  ...[
    'FROM node:22',
    'FROM node:22 AS build',
    'from alpine as build',
    'FROM build',
    'FROM build AS Final',
    'FROM $BASE',
  ],
  ...['FROM --platform=linux/arm64 debian:12 AS arm64', 'FROM --platform=linux/amd64 debian:12', 'FROM ubuntu:latest'],
  ...[
    'FROM --platform=$TARGETPLATFORM ghcr.io/a/b:1',
    'FROM --platform=lniux alpine:3',
    'FROM UPPER',
    'FROM $NOBODY:1',
  ],
  ...[
    'FROM mcr.microsoft.com/dotnet/sdk:6.0 AS sdk',
    'FROM mcr.microsoft.com/dotnet/aspnet:8.0',
    'FROM a:1 AS scratch',
  ],
  ...['FROM microsoft/dotnet:2.1-sdk', 'FROM mcr.microsoft.com/windows/servercore:ltsc2022', 'FROM wrong:1 AS 1st'],
  ...['from alpine AS build', 'FROM --platform=windows/amd64 alpine:3.20', 'FROM a AS build\nFROM b AS build'],
  ...['ARG EMPTY=\nVOLUME $EMPTY', 'ENV SIG=NONSENSE\nSTOPSIGNAL $SIG', 'COPY a.tgz /tmp/\nRUN tar xf /tmp/a.tgz'],
  ...['COPY . .\nRUN npm ci', 'RUN curl x\nRUN wget x', 'COPY package.json ./\nCOPY . .\nRUN npm ci'],
  ...['FROM x:1\nENV A=b C=$A', 'FROM mcr.microsoft.com/dotnet/sdk:8.0\nCMD ["dotnet", "App.dll"]'],
  ...['FROM fedora:40', 'FROM opensuse/leap:15', 'FROM python:3.12'],
  ...['ARG BASE=alpine:3.20', 'ARG BASE', 'ARG API_TOKEN', 'ARG passwordless=1', 'arg EMPTY', 'ARG EMPTY='],
  ...[
    'ENV A=1 B=$A',
    'ENV PORT 80',
    'ENV PORT=70000',
    'ENV DIR=relative',
    'ENV SECRET_KEY=abc',
    'ENV PIP_NO_CACHE_DIR=1',
  ],
  ...['ENV URL=https://admin:hunter2x@db.corp.com/', 'ENV A=$UNDEFINED', 'ENV SIG=NONSENSE', 'ENV HOM=1'],
  ...['LABEL version=1', 'LABEL version=one', 'LABEL version=', 'LABEL old form', 'LABEL home=nowhere mail=a time=b'],
  ...['LABEL license=none commit=xyz extra=1', 'ONBUILD LABEL mail=nobody'],
  ...['COPY . .', 'COPY --from=build /a /b', 'COPY --from=0 /a /b', 'COPY --from=3 /a /b', 'COPY --from=nothing /a /b'],
  ...[
    'COPY --from=$BASE /a /b',
    'COPY --from=UP:: /a /b',
    'COPY package.json ./',
    'COPY a.tgz /tmp/',
    'COPY secret.txt /x',
  ],
  ...['ADD dist /dist', 'ADD a.tar.gz /', 'COPY <<EOF /etc/apt/apt.conf.d/x\nAPT::Get::Assume-Yes "1";\nEOF'],
  ...['WORKDIR /src', 'WORKDIR src', 'WORKDIR $DIR', 'ONBUILD WORKDIR here', 'USER root', 'USER node', 'USER 1000'],
  ...[
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    'SHELL ["pwsh", "-c"]',
    'CMD node x',
    'CMD ["node"]',
    'ENTRYPOINT run',
  ],
  ...['CMD ["dotnet", "App.dll"]', 'ENTRYPOINT ["dotnet", "App.dll"]', 'ONBUILD CMD later', 'HEALTHCHECK NONE'],
  ...['HEALTHCHECK CMD wget -q localhost', 'EXPOSE 80', 'EXPOSE 8080', 'EXPOSE $PORT', 'EXPOSE 1:2/TCP', 'EXPOSE x'],
  ...[
    'ONBUILD EXPOSE 99999',
    'STOPSIGNAL $SIG',
    'STOPSIGNAL SIGTERM',
    'VOLUME $EMPTY',
    'VOLUME /data',
    'MAINTAINER me',
  ],
  ...['RUN apt-get update', 'RUN apt-get install curl', 'RUN apt-get install -y --no-install-recommends curl=1'],
  ...['RUN yum install a', 'RUN zypper install a', 'RUN dnf install a', 'RUN pip install a', 'RUN yarn install'],
  ...[
    'RUN curl -O x',
    'RUN wget x',
    'RUN curl x | tar x',
    'ONBUILD RUN curl x | tar x',
    'RUN npm ci',
    'RUN tar xf /tmp/a.tgz',
  ],
  ...[
    'RUN echo APT::Get::Assume-Yes=1; > /etc/apt/apt.conf',
    'RUN useradd -u 7 node',
    'RUN --mount=from=build,target=/x ls',
  ],
  ...[
    'RUN --mount=type=bind,from=$BASE,target=/x ls',
    'RUN echo a \\\n\n && echo b',
    'RUN pip install -r requirements.txt',
  ],
  ...[
    'ONBUILD ONBUILD RUN x',
    'ONBUILD COPY a',
    'ONBUILD COPY a b',
    'WRONG x',
    'RUN cat <<EOF',
    'EOF',
    '',
    '# comment',
  ],
  ...[
    '# check=skip=all',
    '# check=skip=CopyIgnoredFile',
    '# hadolint ignore=DL3006',
    '# build is what it is',
    'RUN \\',
    '\\',
  ],
];

const labels = 'version=one home=x mail=a time=b license=c commit=d extra=e name=""';
const settings =
  'APT::Get::Assume-Yes=1 APT::Install-Recommends=0 assumeyes=1 ZYPP_NON_INTERACTIVE=1 PIP_NO_CACHE_DIR=1';
const installs = [
  'apt-get install a',
  'yum install a',
  'dnf install a',
  'zypper install a',
  'pip install a',
  'yarn install',
];

/** Files in which something depends on something else, for whatever a rule can say that it reads. */
export const entangledFiles: readonly string[] = [
  ...faultyLines.map((lines) => `FROM node:22\n${lines}`),
  ...['ARG', 'ENV'].flatMap((set) => [
    `FROM a:1\n${set} P=70000 Q=1:2/TCP S=X D=x E=\nEXPOSE $P $Q\nSTOPSIGNAL $S\nVOLUME $E\nWORKDIR /a\nWORKDIR $D`,
    `FROM a:1\n${set} D=x\nWORKDIR $D`,
    `FROM x:1\n${set} A=1\nENV A=b C=$A`,
    `FROM a:1\n${set} MYPASSWORD=1`,
  ]),
  // What a stage builds on, by an ARG.
  'ARG S=b\nFROM alpine:3 AS b\nSHELL ["/bin/bash", "-c"]\nWORKDIR /a\nHEALTHCHECK CMD x\nFROM $S\nCMD x\nCOPY a b',
  `ARG S=b\nFROM alpine:3 AS b\nLABEL ${labels}\nRUN apt-get update\nRUN yarn install\nCOPY . .\nFROM $S\nRUN npm ci`,
  `ARG S=b\nFROM alpine:3 AS b\nENV ${settings}\nFROM $S\n${installs.map((install) => `RUN ${install}\n`).join('')}`,
  'ARG S=b\nFROM mcr.microsoft.com/dotnet/sdk:8.0 AS b\nCMD ["dotnet", "App.dll"]\nFROM $S',
  'ARG S=b\nFROM a:1 AS b:latest\nFROM $S:latest\nFROM a:1 AS r.io/b/a\nFROM r.io/$S/a',
  'ARG S=UPPER\nFROM $S',
  'ARG S=2.1-sdk\nFROM microsoft/dotnet:$S',
  'ARG S=6.0\nFROM mcr.microsoft.com/dotnet/sdk:$S',
  'ARG S=3\nFROM --platform=windows/amd64 alpine:$S',
  'ARG S=ltsc2022\nFROM mcr.microsoft.com/windows/servercore:$S',
  // What takes files from a stage.
  ...['COPY --from=b /a /b', 'RUN --mount=from=b,target=/x ls'].flatMap((take) => [
    `FROM a:1 AS b\n${take}`,
    `FROM --platform=windows/amd64 alpine:3 AS b\nFROM a:1\n${take}`,
    `FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS b\nFROM a:1\n${take}`,
  ]),
  'FROM a:1\nRUN --mount=from=UP::,target=/x ls\nFROM a:1 AS b::\nFROM a:1\nCOPY --from=b:: / /',
  // What is set up, and what is left to other builds.
  ...['ADD', 'COPY'].map((copy) => `FROM a:1\n${copy} <<EOF /etc/x\n${settings}\nEOF\nRUN ${installs.join(' && ')}`),
  ...['ARG', 'ENV', 'RUN', 'ONBUILD ENV'].map((set) => `FROM a:1\n${set} ${settings}\nRUN ${installs.join(' && ')}`),
  ...[...installs, 'apt-get update', 'wget x'].map((command) => `FROM a:1\nONBUILD RUN ${command}`),
  ...[`LABEL ${labels}`, 'ENV MYPASSWORD=1', 'USER node'].map((one) => `FROM a:1\nONBUILD ${one}`),
  'FROM a:1\nONBUILD RUN curl x\nONBUILD RUN wget x',
  // What replaces, hides or follows something else.
  ...['CMD a', 'ENTRYPOINT a', 'HEALTHCHECK CMD a'].map((one) => `FROM a:1\n${one}\n${one}`),
  ...['CMD a', 'ENTRYPOINT a'].map((one) => `FROM a:1\nSHELL ["/bin/bash", "-c"]\n${one}`),
  'FROM a:1\nWORKDIR /a\nWORKDIR b\nCOPY a b',
  'FROM mcr.microsoft.com/dotnet/sdk:8.0\nENTRYPOINT ["dotnet", "App.dll"]',
  'FROM a:1\nADD . /src\nRUN npm ci',
  // What is wrong by itself.
  'FROM a:1 AS b c\nHEALTHCHECK NONE x\nHEALTHCHECK x\nSHELL x\nRUN []\nVOLUME [""]\nCOPY git@b.c:d /e\nADD a <<EOF\nEOF',
  'FROM a:1\nENV =b\nLABEL =b\nARG =b\nRUN --mount=type=wrong x\nONBUILD FROM a',
  'FROM a:1\nADD package.json /src\nCOPY . /src\nRUN npm ci',
  // Images that are not what they are taken for.
  'ARG LOST=lost:1\nARG NOWHERE=nowhere:1\nFROM $LOST\nFROM $NOWHERE',
  ...['lost', 'nowhere'].map((one) => `FROM a:1\nCOPY --from=${one}:1 a b\nRUN --mount=from=${one}:1,target=/a b`),
];

const elsewhere = ['arm64', 's390x'].map((architecture) => ({ os: 'linux', architecture }));

/** As much as there is to know. */
export const everythingKnown: Knowledge = {
  environmentOf: wellKnownEnvironment,
  shell,
  ignore: patternMatcher(readIgnoreFile('dist\nsecret.txt\n')),
  platforms: {
    target: { os: 'linux', architecture: 'amd64' },
    of: (image) => (image === 'wrong:1' ? { os: 'linux', architecture: 'arm64' } : undefined),
  },
  images: {
    of: ({ repository }) => {
      if (repository === 'library/nowhere') return { missing: 'repository' };
      return repository === 'library/lost' ? { missing: 'tag', retired: 0, platforms: elsewhere } : undefined;
    },
  },
  now: Date.UTC(2030, 0, 1),
  hadolint: {
    ignored: [],
    override: {},
    trustedRegistries: ['docker.io', 'mcr.microsoft.com'],
    labelSchema: {
      ...{ version: 'semver', home: 'url', mail: 'email', time: 'rfc3339', license: 'spdx', commit: 'hash' },
      name: 'text',
    },
    strictLabels: true,
    disableIgnorePragma: false,
  },
};

/** Every rule there is, also those that run only where they are asked for. */
export const everyRule: LintOptions = {
  preset: 'hadolint',
  rules: Object.fromEntries(rules.map(({ name }) => [name, 'warning'])),
  hadolint: everythingKnown.hadolint!,
};
