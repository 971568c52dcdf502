import assert from 'node:assert/strict';
import type { Knowledge } from '../../../../../../server/language/diagnostics/rule.ts';
import { findings } from '../../../../../support/findings.ts';
import { assertFix, fixed } from '../../../../../support/fixes.ts';

const knowledge: Knowledge = { environmentOf: () => undefined, now: Date.UTC(2026, 7, 21) };
const mcr = 'mcr.microsoft.com/dotnet';

type Case = readonly [text: string, expected: readonly string[]];

const cases: Readonly<Record<string, readonly Case[]>> = {
  DeprecatedDotnetRepository: [
    ['FROM microsoft/dotnet:2.1-sdk', ['1 DeprecatedDotnetRepository: microsoft/dotnet:2.1-sdk']],
    ['FROM docker.io/microsoft/aspnetcore', ['1 DeprecatedDotnetRepository: docker.io/microsoft/aspnetcore']],
    [
      'FROM microsoft/aspnetcore-build:2.0 AS a\nFROM a',
      ['1 DeprecatedDotnetRepository: microsoft/aspnetcore-build:2.0'],
    ],
    [`FROM ${mcr}/core/sdk:3.1`, [`1 DeprecatedDotnetRepository: ${mcr}/core/sdk:3.1`]],
    [`ARG V=3.1\nFROM ${mcr}/core/sdk:$V`, [`2 DeprecatedDotnetRepository: ${mcr}/core/sdk:$V`]],
    [`FROM ${mcr}/sdk:10.0\nFROM ${mcr}/framework/sdk:4.8\nFROM microsoft/mssql-tools\nFROM me/microsoft/dotnet`, []],
    [`FROM registry.example.com/dotnet/core/sdk:3.1`, []],
  ],
  DotnetEndOfLife: [
    [`FROM ${mcr}/sdk:6.0`, [`1 DotnetEndOfLife: ${mcr}/sdk:6.0`]],
    [`FROM ${mcr}/aspnet:5.0.17-alpine3.15`, [`1 DotnetEndOfLife: ${mcr}/aspnet:5.0.17-alpine3.15`]],
    [`FROM ${mcr}/runtime-deps:7.0`, [`1 DotnetEndOfLife: ${mcr}/runtime-deps:7.0`]],
    [`FROM ${mcr}/nightly/sdk:7.0`, [`1 DotnetEndOfLife: ${mcr}/nightly/sdk:7.0`]],
    [`FROM ${mcr}/sdk:3.1@sha256:${'a'.repeat(64)}`, [`1 DotnetEndOfLife: ${mcr}/sdk:3.1@sha256:${'a'.repeat(64)}`]],
    [`ARG V=6.0\nFROM ${mcr}/sdk:\${V}-jammy AS a\nFROM a`, [`2 DotnetEndOfLife: ${mcr}/sdk:\${V}-jammy`]],
    [`FROM ${mcr}/sdk:8.0\nFROM ${mcr}/sdk:10.0\nFROM ${mcr}/sdk\nFROM ${mcr}/sdk:11.0-preview`, []],
    [`ARG V\nFROM ${mcr}/sdk:$V`, ['2 InvalidDefaultArgInFrom: mcr.microsoft.com/dotnet/sdk:$V']],
    [`FROM ${mcr}/monitor:6\nFROM ${mcr}/samples:aspnetapp\nFROM ${mcr}/framework/aspnet:3.5`, []],
  ],
  DotnetPort: [
    [`FROM ${mcr}/aspnet:8.0\nEXPOSE 80\nEXPOSE 443`, ['2 DotnetPort: 80']],
    [`FROM ${mcr}/aspnet:10.0-alpine AS base\nFROM base\nEXPOSE 443 80/tcp`, ['3 DotnetPort: 80/tcp']],
    [`ARG V=8.0\nFROM ${mcr}/aspnet:$V\nEXPOSE 80`, ['3 DotnetPort: 80']],
    [`FROM ${mcr}/aspnet:7.0\nEXPOSE 80`, ['1 DotnetEndOfLife: mcr.microsoft.com/dotnet/aspnet:7.0']],
    [`FROM ${mcr}/aspnet:8.0\nEXPOSE 80 8080`, []],
    [`FROM ${mcr}/aspnet:8.0\nEXPOSE 8080\nEXPOSE 80`, []],
    [`FROM ${mcr}/aspnet:8.0\nENV ASPNETCORE_URLS=http://+:80\nEXPOSE 80`, []],
    [`FROM ${mcr}/aspnet:8.0\nENV ASPNETCORE_HTTP_PORTS=80\nEXPOSE 80`, []],
    [`FROM ${mcr}/aspnet:8.0\nEXPOSE 80\nCMD ["dotnet", "a.dll", "--urls", "http://*:80"]`, []],
    [`FROM ${mcr}/aspnet:8.0\nRUN apt-get install -y nginx\nEXPOSE 80`, []],
    [`FROM ${mcr}/runtime:8.0\nEXPOSE 80\nFROM nginx\nEXPOSE 80`, []],
  ],
  DotnetSdkInFinalStage: [
    [`FROM ${mcr}/sdk:10.0\nENTRYPOINT ["dotnet", "out/App.dll"]`, [`1 DotnetSdkInFinalStage: ${mcr}/sdk:10.0`]],
    [`FROM ${mcr}/sdk:10.0\nENTRYPOINT ["dotnet"]\nCMD ["App.dll"]`, [`1 DotnetSdkInFinalStage: ${mcr}/sdk:10.0`]],
    [`FROM ${mcr}/sdk:10.0\nENTRYPOINT ["dotnet", "exec", "App.dll"]`, [`1 DotnetSdkInFinalStage: ${mcr}/sdk:10.0`]],
    [`FROM ${mcr}/sdk:10.0 AS a\nENTRYPOINT ["dotnet", "App.dll"]\nFROM a`, ['3 DotnetSdkInFinalStage: a']],
    [`FROM ${mcr}/sdk:10.0\nENTRYPOINT ["dotnet", "watch"]`, []],
    [`FROM ${mcr}/sdk:10.0\nENTRYPOINT ["dotnet", "test", "App.dll"]`, []],
    [`FROM ${mcr}/sdk:10.0\nCMD ["dotnet", "App.dll"]\nENTRYPOINT ["bash"]`, []],
    [`FROM ${mcr}/sdk:10.0 AS build\nCMD ["dotnet", "App.dll"]\nFROM ${mcr}/aspnet:10.0`, []],
    [`FROM ${mcr}/sdk:10.0\nRUN dotnet build`, []],
  ],
};

describe('.NET images', () => {
  for (const [name, own] of Object.entries(cases)) {
    for (const [text, expected] of own)
      it(`${name}: ${JSON.stringify(text)}`, () => assert.deepEqual(findings(text, knowledge), expected));
  }

  it('says nothing about ends of life where the day is not known', () => {
    assert.deepEqual(findings(`FROM ${mcr}/sdk:6.0`), []);
  });

  it('has a version end with its last day', () => {
    const on = (day: number) => findings(`FROM ${mcr}/sdk:8.0`, { ...knowledge, now: Date.UTC(2026, 10, day, 12) });
    assert.deepEqual(on(10), []);
    assert.deepEqual(on(11), [`1 DotnetEndOfLife: ${mcr}/sdk:8.0`]);
  });
});

describe('fixes of .NET images', () => {
  const repositories: readonly (readonly [before: string, after: string])[] = [
    ['microsoft/dotnet:2.1-sdk', `${mcr}/sdk:2.1`],
    ['microsoft/dotnet:2-sdk', `${mcr}/sdk:2.1`],
    ['microsoft/dotnet:2.1.300-sdk-alpine', `${mcr}/sdk:2.1-alpine`],
    ['microsoft/dotnet:2.1-aspnetcore-runtime-stretch-slim', `${mcr}/aspnet:2.1-stretch-slim`],
    ['microsoft/dotnet:2.1-runtime', `${mcr}/runtime:2.1`],
    ['microsoft/dotnet:2.1-runtime-deps-bionic', `${mcr}/runtime-deps:2.1-bionic`],
    ['microsoft/dotnet', `${mcr}/sdk:10.0`],
    ['microsoft/dotnet:2.2-sdk', `${mcr}/sdk:10.0`],
    ['microsoft/aspnetcore:2.0-jessie', `${mcr}/aspnet:10.0`],
    ['microsoft/aspnetcore-build:2.1', `${mcr}/sdk:2.1`],
    [`${mcr}/core/sdk:3.1-alpine3.12`, `${mcr}/sdk:3.1-alpine3.12`],
    [`${mcr}/core/sdk:3.1.404-focal`, `${mcr}/sdk:3.1-focal`],
    [`${mcr}/core/aspnet:2.2`, `${mcr}/aspnet:10.0`],
    [`${mcr}/core/samples:aspnetapp`, `${mcr}/samples:aspnetapp`],
    [`${mcr}/core-nightly/sdk:5.0`, `${mcr}/nightly/sdk:5.0`],
    [`${mcr}/core/sdk:3.1@sha256:${'a'.repeat(64)}`, `${mcr}/sdk:10.0`],
  ];
  for (const [before, after] of repositories) {
    it(`DeprecatedDotnetRepository: ${before}`, () =>
      assertFix('DeprecatedDotnetRepository', `FROM  ${before}  AS x # y`, `FROM  ${after}  AS x # y`, { knowledge }));
  }

  it('leaves the variable of a tag where only the repository changes', () => {
    const arg = 'ARG V=3.1\n';
    assertFix('DeprecatedDotnetRepository', `${arg}FROM ${mcr}/core/sdk:$V-alpine`, `${arg}FROM ${mcr}/sdk:$V-alpine`);
  });

  it('offers the supported version second', () => {
    const from = `FROM ${mcr}/core/sdk:3.1-buster`;
    assertFix('DeprecatedDotnetRepository', from, `FROM ${mcr}/sdk:10.0`, { knowledge, index: 1 });
  });

  const tags: readonly (readonly [before: string, after: string])[] = [
    ['6.0', '10.0'],
    ['6.0.36', '10.0'],
    ['5.0-buster-slim', '10.0'],
    ['6.0-bookworm-slim-amd64', '10.0-amd64'],
    ['6.0-alpine3.19', '10.0-alpine'],
    ['6.0-alpine-arm64v8', '10.0-alpine-arm64v8'],
    ['6.0-jammy-chiseled-extra', '10.0-noble-chiseled-extra'],
    ['7.0-cbl-mariner2.0-distroless', '10.0-azurelinux3.0-distroless'],
    ['6.0-nanoserver-ltsc2022', '10.0-nanoserver-ltsc2022'],
  ];
  for (const [before, after] of tags) {
    it(`DotnetEndOfLife: ${before}`, () =>
      assertFix('DotnetEndOfLife', `FROM ${mcr}/aspnet:${before} AS x`, `FROM ${mcr}/aspnet:${after} AS x`, {
        knowledge,
      }));
  }

  it('moves what builds and what runs together', () => {
    const text = (tag: string) => `FROM ${mcr}/sdk:${tag} AS build\nRUN x\nFROM ${mcr}/aspnet:${tag}`;
    assertFix('DotnetEndOfLife', text('6.0'), text('10.0'), { knowledge });
  });

  it('moves the default of an ARG', () => {
    const text = (tag: string) => `ARG V=${tag}\nFROM ${mcr}/sdk:\${V} AS build\nFROM ${mcr}/aspnet:$V`;
    assertFix('DotnetEndOfLife', text('6.0'), text('10.0'), { knowledge });
  });

  const uncertain: readonly string[] = [
    'FROM mcr.microsoft.com/dotnet/sdk:6.0-nanoserver-1809',
    `FROM mcr.microsoft.com/dotnet/sdk:6.0@sha256:${'a'.repeat(64)}`,
    'ARG V=6.0\nFROM mcr.microsoft.com/dotnet/sdk:$V-jammy',
    'ARG V=6\nFROM mcr.microsoft.com/dotnet/sdk:$V.0',
  ];
  for (const text of uncertain) {
    it(`leaves alone: ${JSON.stringify(text)}`, () =>
      assert.equal(fixed(text, 'DotnetEndOfLife', { knowledge }), undefined));
  }

  it('DotnetPort: exposes the port that is listened on, or listens on the one that is exposed', () => {
    const from = `FROM ${mcr}/aspnet:8.0\r\n`;
    assertFix('DotnetPort', `${from}EXPOSE 443 80/tcp\r\n`, `${from}EXPOSE 443 8080/tcp\r\n`);
    assertFix('DotnetPort', `${from}EXPOSE 80`, `${from}ENV ASPNETCORE_HTTP_PORTS=80\r\nEXPOSE 80`, { index: 1 });
  });

  it('DotnetSdkInFinalStage: replaces the image of a stage that builds nothing', () => {
    const text = (image: string) =>
      `FROM x AS b\nFROM ${image}\nCOPY --from=b /out .\nENTRYPOINT ["dotnet", "App.dll"]`;
    const code = 'DotnetSdkInFinalStage';
    assertFix(code, text(`${mcr}/sdk:8.0`), text(`${mcr}/aspnet:8.0`));
    assertFix(code, text(`${mcr}/sdk:8.0`), text(`${mcr}/runtime:8.0`), { index: 1 });
    assertFix(code, text(`${mcr}/sdk:10.0.100-noble-aot`), text(`${mcr}/aspnet:10.0-noble`));
  });
});
