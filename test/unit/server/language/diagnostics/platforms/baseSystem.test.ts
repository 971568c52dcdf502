import assert from 'node:assert/strict';
import type { Knowledge } from '../../../../../../server/language/diagnostics/rule.ts';
import { findings } from '../../../../../support/findings.ts';

const nano = 'mcr.microsoft.com/windows/nanoserver:ltsc2022';

function knowledge(os: string, known?: string): Knowledge {
  const target = { os, architecture: 'amd64' };
  return {
    environmentOf: () => undefined,
    platforms: { target, of: (image) => (image === known ? target : undefined) },
  };
}

describe('base images of another operating system', () => {
  const onLinux: readonly (readonly [text: string, expected: readonly string[]])[] = [
    [`FROM ${nano}`, [`1 WindowsBaseOnLinux: ${nano}`]],
    ['FROM mcr.microsoft.com/windows:20H2', ['1 WindowsBaseOnLinux: mcr.microsoft.com/windows:20H2']],
    ['FROM golang:1.25-nanoserver-ltsc2022', ['1 WindowsBaseOnLinux: golang:1.25-nanoserver-ltsc2022']],
    ['FROM python:3.13-windowsservercore', ['1 WindowsBaseOnLinux: python:3.13-windowsservercore']],
    [
      'FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8',
      ['1 WindowsBaseOnLinux: mcr.microsoft.com/dotnet/framework/aspnet:4.8'],
    ],
    ['FROM my.registry/base/servercore:1', ['1 WindowsBaseOnLinux: my.registry/base/servercore:1']],
    [`ARG B=${nano}\nFROM $B AS a\nFROM a`, ['2 WindowsBaseOnLinux: $B']],
    [`FROM ${nano} AS a\nFROM alpine\nCOPY --from=a x y`, [`1 WindowsBaseOnLinux: ${nano}`]],
    // not built
    [`FROM ${nano} AS windows\nFROM alpine AS linux`, []],
    [`FROM ${nano} AS windows\nFROM alpine AS linux\nFROM $TARGETOS`, []],
    // the file says for what
    [`FROM --platform=$BUILDPLATFORM ${nano}`, []],
    // not certain
    ['FROM alpine\nFROM my/windows\nFROM golang:1.25\nFROM x:windows', []],
  ];
  for (const [text, expected] of onLinux)
    it(`linux: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(findings(text, knowledge('linux')).filter(own), expected));

  const onWindows: readonly (readonly [text: string, expected: readonly string[]])[] = [
    ['FROM alpine', ['1 LinuxBaseOnWindows: alpine']],
    ['FROM ubuntu:24.04 AS a\nFROM a', ['1 LinuxBaseOnWindows: ubuntu:24.04']],
    ['FROM golang:1.25-bookworm', ['1 LinuxBaseOnWindows: golang:1.25-bookworm']],
    ['FROM python:3.13-slim-trixie', ['1 LinuxBaseOnWindows: python:3.13-slim-trixie']],
    [
      'FROM mcr.microsoft.com/dotnet/sdk:10.0-alpine3.23',
      ['1 LinuxBaseOnWindows: mcr.microsoft.com/dotnet/sdk:10.0-alpine3.23'],
    ],
    [`FROM --platform=linux/amd64 alpine AS linux\nFROM ${nano}\nCOPY --from=linux a b`, []],
    ['FROM golang:1.25\nFROM mcr.microsoft.com/dotnet/sdk:10.0\nFROM my.registry/alpine', []],
    ['FROM scratch', []],
  ];
  for (const [text, expected] of onWindows)
    it(`windows: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(findings(text, knowledge('windows')).filter(own), expected));

  it('leaves to the check what the engine knows', () => {
    assert.deepEqual(findings('FROM alpine', knowledge('windows', 'alpine')), []);
  });

  it('says nothing where it is not known for what is built', () => {
    assert.deepEqual(findings(`FROM ${nano}`), []);
  });

  it('takes the word of --platform over that of the build', () => {
    const text = `FROM --platform=linux/amd64 ${nano} AS linux`;
    assert.deepEqual(findings(text, knowledge('windows')), [`1 WindowsBaseOnLinux: ${nano}`]);
    assert.deepEqual(findings(text), [`1 WindowsBaseOnLinux: ${nano}`]);
  });
});

function own(finding: string): boolean {
  return finding.includes('BaseOn');
}
