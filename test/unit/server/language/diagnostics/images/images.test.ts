import assert from 'node:assert/strict';
import { parsePlatform } from '../../../../../../common/platform.ts';
import { formatReference } from '../../../../../../common/reference.ts';
import { applyEdits } from '../../../../../../server/language/applyEdits.ts';
import { diagnose } from '../../../../../../server/language/diagnostics/diagnose.ts';
import { findingsIn } from '../../../../../../server/language/diagnostics/findings.ts';
import type { ImageVerdicts, Knowledge } from '../../../../../../server/language/diagnostics/rule.ts';
import { platformOf } from '../../../../../../server/language/diagnostics/rules/images/platforms.ts';
import { parse } from '../../../../../../server/language/dockerfile/parse.ts';
import type { ImageVerdict } from '../../../../../../server/language/imageKnowledge.ts';
import { findings } from '../../../../../support/findings.ts';

const platforms = (...names: string[]): ImageVerdict => ({ platforms: names.map((name) => parsePlatform(name)!) });

/** By name as people write it. */
const verdicts: Readonly<Record<string, ImageVerdict>> = {
  'node:99': { missing: 'tag' },
  [`node@sha256:${'a'.repeat(64)}`]: { missing: 'tag' },
  'r.example/gone:1': { missing: 'repository' },
  'plone:6': { retired: Date.UTC(2026, 7, 21) },
  'many:1': platforms('linux/amd64', 'linux/arm64', 'linux/s390x'),
  'arms:1': platforms('linux/arm64', 'linux/arm/v7'),
  'one:1': platforms('linux/arm64'),
  'windows:1': platforms('windows(10.0.20348)/amd64', 'windows(10.0.17763)/amd64'),
  'old:1': platforms('linux/386', 'linux/arm/v7'),
};

function knowledge(target = 'linux/amd64'): Knowledge {
  const images: ImageVerdicts = { of: (reference) => verdicts[formatReference(reference)] };
  return {
    environmentOf: () => undefined,
    images,
    platforms: { target: parsePlatform(target)!, of: platformOf(images) },
  };
}

const about = /TagNotFound|RepositoryNotFound|RetiredImage|PlatformNotOffered|InvalidBaseImagePlatform/;

describe('what is certain of images', () => {
  const cases: readonly (readonly [text: string, expected: readonly string[], target?: string])[] = [
    ['FROM node:99', ['1 TagNotFound: node:99']],
    ['FROM node:99 AS a\nFROM a', ['1 TagNotFound: node:99']],
    ['FROM node:98', []],
    [`FROM node:1@sha256:${'a'.repeat(64)}`, []],
    [`FROM node@sha256:${'a'.repeat(64)}`, [`1 TagNotFound: node@sha256:${'a'.repeat(64)}`]],
    ['ARG V=99\nFROM node:$V', ['2 TagNotFound: node:$V']],
    ['ARG V\nFROM node:$V', []],
    ['FROM a\nCOPY --from=node:99 a b', ['2 TagNotFound: node:99']],
    ['FROM a\nRUN --mount=from=node:99,target=/a b', ['2 TagNotFound: node:99']],
    ['FROM r.example/gone:1', ['1 RepositoryNotFound: r.example/gone:1']],
    ['FROM plone:6', ['1 RetiredImage: plone:6']],

    ['FROM many:1', []],
    ['FROM many:1', ['1 PlatformNotOffered: many:1'], 'linux/riscv64'],
    ['FROM --platform=linux/riscv64 many:1', ['1 PlatformNotOffered: many:1']],
    ['FROM --platform=$TARGETPLATFORM many:1', ['1 PlatformNotOffered: many:1'], 'linux/riscv64'],
    ['FROM --platform=$BUILDPLATFORM many:1', [], 'linux/riscv64'],
    [
      'FROM one:1\nCOPY --from=many:1 a b',
      ['1 InvalidBaseImagePlatform: one:1', '2 PlatformNotOffered: many:1'],
      'linux/riscv64',
    ],
    ['FROM one:1', ['1 InvalidBaseImagePlatform: one:1']],
    ['FROM --platform=linux/arm64 one:1', []],
    ['FROM a\nCOPY --from=one:1 a b', ['2 PlatformNotOffered: one:1']],
    ['ARG V=1\nFROM one:$V', ['2 PlatformNotOffered: one:$V']],
    ['FROM windows:1', ['1 InvalidBaseImagePlatform: windows:1']],
    ['FROM windows:1', [], 'windows/amd64'],
    ['FROM arms:1', ['1 PlatformNotOffered: arms:1']],
    ['FROM arms:1', [], 'linux/arm/v6'],
    // An arm64 takes what is for arm, of which BuildKit warns.
    ['FROM --platform=linux/arm64 old:1\nCOPY --from=many:1 a b', ['1 InvalidBaseImagePlatform: old:1']],
  ];
  for (const [text, expected, target] of cases) {
    it(`${JSON.stringify(text)}${target === undefined ? '' : ` on ${target}`}`, () => {
      assert.deepEqual(
        findings(text, knowledge(target)).filter((line) => about.test(line)),
        expected,
      );
    });
  }

  const messageOf = (text: string) =>
    String(diagnose(parse(text), knowledge()).find(({ code }) => about.test(String(code)))?.message);
  it('says what the registry has and has not', () => {
    assert.equal(
      messageOf('FROM node:99'),
      'docker.io has library/node, but not the tag 99. Choose another tag, or push it first.',
    );
  });
  it('says that arguments of the build may name another', () => {
    assert.match(messageOf('ARG V=99\nFROM node:$V'), /the tag 99, which a build without arguments would take\./);
  });
  it('says for what an image is there', () => {
    assert.match(messageOf('FROM arms:1'), /not there for linux\/amd64\. It is for linux\/arm64, linux\/arm\/v7\./);
  });
  it('proposes to build for a platform that there is', () => {
    const text = 'FROM --platform=$TARGETPLATFORM arms:1';
    const found = findingsIn(parse(text), knowledge()).find(({ rule }) => rule.name === 'PlatformNotOffered');
    assert.deepEqual(
      found?.fixes?.().map(({ edits }) => applyEdits(text, edits)),
      ['FROM --platform=linux/arm64 arms:1', 'FROM --platform=linux/arm/v7 arms:1'],
    );
  });
  it('says nothing with the preset of BuildKit, but what BuildKit would', () => {
    const options = { preset: 'buildkit', rules: {} } as const;
    assert.deepEqual(findings('FROM node:99\nFROM one:1', knowledge(), options), ['2 InvalidBaseImagePlatform: one:1']);
  });
});
