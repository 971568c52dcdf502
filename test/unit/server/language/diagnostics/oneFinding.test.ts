/** Mistakes as people make them, one a file: each is told once, whatever the preset, and of what comes of it nothing is told. */
import assert from 'node:assert/strict';
import { findingsIn } from '../../../../../server/language/diagnostics/findings.ts';
import { presets } from '../../../../../server/language/diagnostics/lintOptions.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { shellKnowledge } from '../../../../support/lint.ts';

/** The file, and the one rule that speaks; with a preset the least that it speaks in. */
const faults: readonly (readonly [text: string, rule: string, preset?: 'recommended' | 'hadolint'])[] = [
  // Stages
  ['FROM a:1\nCOPY --from=b /a /b\nFROM c:1 AS b', 'StageOrder'],
  ['FROM a:1\nCOPY --from=1 /a /b\nFROM c:1', 'StageOrder'],
  ['FROM a:1\nCOPY --from=7 /a /b', 'StageOrder'],
  ['FROM a:1 AS b\nCOPY --from=b /a /b', 'StageOrder'],
  ['FROM a:1 AS b\nCOPY --from=0 /a /b', 'StageOrder'],
  ['FROM a:1\nRUN --mount=from=b,target=/x ls\nFROM c:1 AS b', 'StageOrder'],
  ['FROM a:1\nCOPY --from=b /a /b', 'DL3022', 'hadolint'],
  ['FROM a:1 AS deps\nFROM a:1\nCOPY --from=dep /a /b', 'DL3022', 'recommended'],
  ['FROM a:1 AS build\nFROM a:1\nCOPY --from=biuld /a /b', 'DL3022', 'recommended'],
  ['FROM a:1 AS php8\nFROM a:1\nCOPY --from=php /a /b', 'DL3022', 'hadolint'],
  ['FROM a:1 AS go\nFROM a:1\nCOPY --from=js /a /b', 'DL3022', 'hadolint'],
  ['FROM a:1 AS base\nFROM a:1\nCOPY --from=bash /a /b', 'DL3022', 'hadolint'],
  ['FROM a:1\nCOPY --from=$X /a /b', 'VariableInFrom'],
  ['FROM a:1\nCOPY --from=B:1:2 /a /b', 'InvalidSource'],
  ['FROM a:1 AS b\nFROM b AS b', 'DuplicateStageName'],
  ['FROM a:1 AS scratch', 'ReservedStageName'],
  ['FROM a:1 AS 1b', 'InvalidStageName'],
  ['FROM a:1 as b', 'FromAsCasing'],
  ['FROM a:1 XX b', 'SurplusArgument'],
  ['FROM a:1 xx b', 'SurplusArgument'],
  ['FROM a:1 AS', 'MissingArgument'],
  ['FROM', 'MissingArgument'],
  ['RUN x\nFROM a:1', 'NoBuildStage'],
  // Images
  ['FROM a', 'DL3006', 'hadolint'],
  ['FROM a:latest', 'DL3007', 'hadolint'],
  ['FROM A:1', 'InvalidDefaultArgInFrom'],
  ['ARG X\nFROM $X', 'InvalidDefaultArgInFrom'],
  ['FROM --platform=$TARGETPLATFRM a:1', 'UndefinedArgInFrom'],
  ['FROM --platform=linux/amd64 a:1', 'FromPlatformFlagConstDisallowed'],
  ['FROM --platform=linux/ a:1', 'InvalidPlatform'],
  ['FROM --platform=$TARGETPLATFORM a:1', 'RedundantTargetPlatform'],
  ['FROM --platfrm=linux a:1', 'UnknownFlag'],
  // Arguments
  ['FROM a:1\nCOPPY a /b', 'UnknownInstruction'],
  ['FROM a:1\ncoppy a /b', 'UnknownInstruction'],
  ['FROM a:1\nCOPY a', 'MissingArgument'],
  ['FROM a:1\nCOPY a <<EOF\nEOF', 'InvalidArgument'],
  ['FROM a:1\nCOPY https://h/x /x', 'InvalidArgument'],
  ['FROM a:1\nCOPY a b', 'DL3045', 'hadolint'],
  ['FROM a:1\nCOPY a b /c', 'DL3021', 'hadolint'],
  ['FROM a:1\nADD a /b', 'DL3020', 'hadolint'],
  ['FROM a:1\nEXPOSE 80:', 'InvalidPort'],
  ['FROM a:1\nEXPOSE 1:99999', 'InvalidPort'],
  ['FROM a:1\nEXPOSE 80/TPC', 'InvalidPort'],
  ['FROM a:1\nEXPOSE 80:80', 'ExposeInvalidFormat'],
  ['FROM a:1\nEXPOSE 80/TCP', 'ExposeProtoCasing'],
  ['FROM a:1\nSTOPSIGNAL NOPE', 'InvalidSignal'],
  ['FROM a:1\nHEALTHCHECK --interval=5 CMD x', 'InvalidFlagValue'],
  ['FROM a:1\nHEALTHCHECK FOO', 'InvalidArgument'],
  ['FROM a:1\nRUN --mount=type=cach,target=/x ls', 'InvalidMount'],
  ['FROM a:1\nRUN --netwrk=none ls', 'UnknownFlag'],
  ['FROM a:1\nWORKDIR b', 'WorkdirRelativePath'],
  ['FROM a:1\nWORKDIR /a\nWORKDIR b', 'DL3000', 'hadolint'],
  ['FROM a:1\nMAINTAINER b', 'MaintainerDeprecated'],
  ['FROM a:1\nONBUILD MAINTAINER b', 'InvalidTrigger'],
  ['FROM a:1\nONBUILD COPPY a b', 'BrokenTrigger'],
  ['FROM a:1\nUSER root', 'DL3002', 'hadolint'],
  // JSON form
  ["FROM a:1\nCMD ['a']", 'JSONArgsRecommended'],
  ['FROM a:1\nENTRYPOINT ["a",]', 'JSONArgsRecommended'],
  ['FROM a:1\nCMD a', 'JSONArgsRecommended'],
  ["FROM a:1\nONBUILD CMD ['a']", 'SingleQuotedJson', 'recommended'],
  ['FROM a:1\nSHELL ["/bin/bash", "-c"]\nCMD ["a"', 'BrokenJson', 'recommended'],
  ["FROM a:1\nCOPY ['a', 'b']", 'SingleQuotedJson', 'recommended'],
  ["FROM a:1\nCOPY ['a', 'b', 'c']", 'SingleQuotedJson', 'recommended'],
  ["FROM a:1\nADD ['a', '/b']", 'SingleQuotedJson', 'recommended'],
  ["FROM a:1\nRUN ['wget', 'a']", 'SingleQuotedJson', 'recommended'],
  ["FROM a:1\nSHELL ['a']", 'InvalidArgument'],
  ["FROM a:1\nVOLUME ['/a']", 'SingleQuotedJson', 'recommended'],
  // Variables and values
  ['FROM a:1\nENV b $b', 'LegacyKeyValueFormat'],
  ['FROM scratch\nENV A=1 B=$A', 'UndefinedVar'],
  ['FROM a:1\nENV A=1 B=$A', 'DL3044', 'hadolint'],
  ['FROM a:1\nENV A=${B!C}', 'InvalidSubstitution'],
  ['FROM a:1\nENV A=${', 'InvalidSubstitution'],
  ['FROM a:1\nENV =b', 'BlankName'],
  ['FROM a:1\nENV PASSWORD=x', 'SecretsUsedInArgOrEnv'],
  ['FROM a:1\nENV TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'SecretsUsedInArgOrEnv'],
  // What comes more than once
  ['FROM a:1\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]', 'MultipleInstructionsDisallowed'],
  ['FROM a:1\nHEALTHCHECK CMD a\nHEALTHCHECK CMD b', 'MultipleInstructionsDisallowed'],
  ['FROM a:1\nRUN a \\\n\n b', 'NoEmptyContinuation'],
  ['FROM a:1\nenv A=1\nRUN b', 'ConsistentInstructionCasing'],
  // Commands
  ['FROM a:1\nRUN apt install -y --no-install-recommends b=1', 'DL3027', 'hadolint'],
  ['FROM a:1\nRUN sudo ls', 'DL3004', 'hadolint'],
  ['FROM a:1\nRUN cd /a && ls', 'DL3003', 'hadolint'],
  ['FROM a:1\nRUN a | b', 'DL4006', 'hadolint'],
  ['FROM a:1\nRUN pip install --no-cache-dir b', 'DL3013', 'hadolint'],
  ['FROM a:1\nRUN apk add --no-cache b', 'DL3018', 'hadolint'],
];

for (const [text, rule, least = 'buildkit'] of faults) {
  const options = presets.map((preset) => ({ preset, rules: {} }));
  for (const { preset, rules } of options)
    it(`${preset}: ${JSON.stringify(text)}`, () => {
      const found = findingsIn(parse(text), shellKnowledge, { preset, rules }).map(({ rule: { name } }) => name);
      assert.deepEqual(found, presets.indexOf(preset) < presets.indexOf(least) ? [] : [rule]);
    });
}

it('says nothing of what a heredoc without end swallows, also behind another mistake', () => {
  const dockerfile = parse('FROM a:1\nCMD ["a", 1]\nCOPY <<EOF /x\nnot docker\n');
  assert.equal(dockerfile.error?.code, 'JsonNotStrings');
  assert.deepEqual(findingsIn(dockerfile), []);
});
