/**
 * For each of BuildKit's checks, and each of hadolint's rules whose finding an editor can mend, a file with one. The ways to hear no
 * more of a finding are not among its fixes.
 */
import assert from 'node:assert/strict';
import { patternMatcher } from '../../../../../common/ignore.ts';
import { findingsIn } from '../../../../../server/language/diagnostics/findings.ts';
import type { LintOptions } from '../../../../../server/language/diagnostics/lintOptions.ts';
import type { Knowledge } from '../../../../../server/language/diagnostics/rule.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { shellKnowledge } from '../../../../support/lint.ts';

const ignoreText = 'secret.txt\n';
const linux = (architecture: string) => ({ os: 'linux', architecture });
const knowledge: Knowledge = {
  ...shellKnowledge,
  ignore: patternMatcher([ignoreText.trim()]),
  ignoreFile: { uri: 'file:///.dockerignore', text: ignoreText },
  platforms: {
    target: linux('amd64'),
    of: (image) => (image === 'only-arm' ? linux('arm64') : undefined),
  },
  hadolint: {
    ignored: [],
    override: {},
    trustedRegistries: ['docker.io', 'mirror.example'],
    labelSchema: { wanted: 'text' },
    strictLabels: true,
    disableIgnorePragma: false,
  },
};

/** Also of those that no preset has. */
const optionsFor = (code: string): LintOptions => ({ preset: 'hadolint', rules: { [code]: 'warning' } });

const files: Readonly<Record<string, string>> = {
  ConsistentInstructionCasing: 'FROM a\nRun b\nCMD ["c"]',
  CopyIgnoredFile: 'FROM a\nCOPY secret.txt /',
  DuplicateStageName: 'FROM a AS x\nFROM b AS x',
  ExposeInvalidFormat: 'FROM a\nEXPOSE 127.0.0.1:80:80',
  ExposeProtoCasing: 'FROM a\nEXPOSE 80/TCP',
  FromAsCasing: 'FROM a as x\nCMD ["b"]',
  FromPlatformFlagConstDisallowed: 'FROM --platform=linux/amd64 a\nCMD ["b"]',
  InvalidBaseImagePlatform: 'FROM only-arm\nCMD ["b"]',
  InvalidDefaultArgInFrom: 'ARG V\nFROM a:${V}\nCMD ["b"]',
  InvalidDefinitionDescription: '# check=experimental=all\n# not about x\nFROM a AS x\nCMD ["b"]',
  JSONArgsRecommended: 'FROM a\nCMD b c',
  LegacyKeyValueFormat: 'FROM a\nENV b c',
  MaintainerDeprecated: 'FROM a\nMAINTAINER me',
  MultipleInstructionsDisallowed: 'FROM a\nCMD ["b"]\nCMD ["c"]',
  NoEmptyContinuation: 'FROM a\nRUN b \\\n\n  c',
  RedundantTargetPlatform: 'FROM --platform=$TARGETPLATFORM a\nCMD ["b"]',
  ReservedStageName: 'FROM a AS scratch\nCMD ["b"]',
  SecretsUsedInArgOrEnv: 'FROM a\nARG API_TOKEN\nRUN b $API_TOKEN',
  StageNameCasing: 'FROM a AS Build\nCMD ["b"]',
  UndefinedArgInFrom: 'ARG VERSION=1\nFROM a:$VERSIO\nCMD ["b"]',
  UndefinedVar: 'FROM a\nARG VERSION=1\nENV b=$VERSIO',
  WorkdirRelativePath: 'FROM a\nWORKDIR app',
  DL1001: 'FROM a\n# hadolint ignore=DL3008\nRUN b',
  DL3002: 'FROM a\nUSER root',
  DL3003: 'FROM a\nRUN cd /app && make',
  DL3006: 'FROM debian:13 AS b\nFROM debian',
  DL3007: 'FROM debian:13 AS b\nFROM debian:latest',
  DL3008: 'FROM a\nRUN apt-get install -y curl',
  DL3009: 'FROM a\nRUN apt-get update && apt-get install -y curl=1',
  DL3010: 'FROM a\nCOPY app.tar.gz /\nRUN tar xzf /app.tar.gz',
  DL3012: 'FROM a\nHEALTHCHECK CMD b\nHEALTHCHECK CMD c',
  DL3013: 'FROM a\nRUN pip install b',
  DL3014: 'FROM a\nRUN apt-get install curl=1',
  DL3015: 'FROM a\nRUN apt-get install -y curl=1',
  DL3016: 'FROM a\nRUN npm install b',
  DL3018: 'FROM a\nRUN apk add b',
  DL3019: 'FROM a\nRUN apk add b=1',
  DL3020: 'FROM a\nADD b /',
  DL3021: 'FROM a\nCOPY b c d',
  DL3022: 'FROM a AS build\nFROM b\nCOPY --from=biuld /c /',
  DL3024: 'FROM a AS x\nFROM b AS x',
  DL3025: 'FROM a\nENTRYPOINT b c',
  DL3026: 'FROM other.example/debian:1\nCMD ["b"]',
  DL3027: 'FROM a\nRUN apt install -y curl=1',
  DL3028: 'FROM a\nRUN gem install b',
  DL3029: 'FROM --platform=linux/amd64 a\nCMD ["b"]',
  DL3030: 'FROM a\nRUN yum install b-1',
  DL3032: 'FROM a\nRUN yum install -y b-1',
  DL3033: 'FROM a\nRUN yum install -y b',
  DL3034: 'FROM a\nRUN zypper install b=1',
  DL3035: 'FROM a\nRUN zypper dist-upgrade -y',
  DL3036: 'FROM a\nRUN zypper install -y b=1',
  DL3037: 'FROM a\nRUN zypper install -y b',
  DL3038: 'FROM a\nRUN dnf install b-1',
  DL3040: 'FROM a\nRUN dnf install -y b-1',
  DL3041: 'FROM a\nRUN dnf install -y b',
  DL3042: 'FROM a\nRUN pip install b==1',
  DL3044: 'FROM a\nENV B=1 C=$B',
  DL3045: 'FROM a\nCOPY b c/',
  DL3046: 'FROM a\nRUN useradd -u 123456789 b',
  DL3047: 'FROM a\nRUN wget https://b.example/c',
  DL3048: 'FROM a\nLABEL Bad..Key=b',
  DL3049: 'FROM a\nLABEL b=c',
  DL3050: 'FROM a\nLABEL other=c',
  DL3057: 'FROM a\nCMD ["b"]',
  DL3059: 'FROM a\nRUN b\nRUN c',
  DL3060: 'FROM a\nRUN yarn install',
  DL3062: 'FROM a\nRUN go install example.com/b@latest',
  DL3063: 'FROM a AS context\nCMD ["b"]',
  DL3064: 'FROM a\nENV API_TOKEN=b\nRUN c $API_TOKEN',
  DL3065: 'FROM --platform=$TARGETPLATFORM a\nCMD ["b"]',
  DL3066: 'FROM a\nUSER app',
  DL4000: 'FROM a\nMAINTAINER me',
  DL4003: 'FROM a\nCMD ["b"]\nCMD ["c"]',
  DL4004: 'FROM a\nENTRYPOINT ["b"]\nENTRYPOINT ["c"]',
  DL4005: 'FROM a\nRUN ln -sf /bin/bash /bin/sh',
  DL4006: 'FROM a\nRUN b | c',
};

describe('each finding that an editor can mend', () => {
  for (const [code, text] of Object.entries(files)) {
    it(`has a fix: ${code}`, () => {
      const found = findingsIn(parse(text), knowledge, optionsFor(code)).filter(
        ({ rule: { name, aliases = [] } }) => name === code || aliases.includes(code),
      );
      assert.notEqual(found.length, 0, 'nothing is found');
      assert.ok(
        found.some(({ fixes }) => (fixes?.() ?? []).length > 0),
        'no fix',
      );
    });
  }
});
