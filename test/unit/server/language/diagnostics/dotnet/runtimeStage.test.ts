import assert from 'node:assert/strict';
import type { Knowledge } from '../../../../../../server/language/diagnostics/rule.ts';
import { assertFix, fixed } from '../../../../../support/fixes.ts';
import { shell } from '../../../../../support/shell.ts';

const code = 'DotnetSdkInFinalStage';
const knowledge: Knowledge = { environmentOf: () => undefined, shell };
const mcr = 'mcr.microsoft.com/dotnet';

describe('splitting a .NET stage', () => {
  it('starts the app in the folder that it is copied to', () => {
    assertFix(
      code,
      `FROM ${mcr}/sdk:10.0\nWORKDIR /app\nCOPY . .\nRUN dotnet publish -c Release -o out\n\n# start\nEXPOSE 8080\nENTRYPOINT ["dotnet", "out/App.dll", "--x"]\n`,
      `FROM ${mcr}/sdk:10.0 AS build\nWORKDIR /app\nCOPY . .\nRUN dotnet publish -c Release -o out\n\nFROM ${mcr}/aspnet:10.0\nWORKDIR /app\nCOPY --from=build /app/out .\n\n# start\nEXPOSE 8080\nENTRYPOINT ["dotnet", "App.dll", "--x"]\n`,
      { knowledge },
    );
  });

  it('says again what the image says before the publishing', () => {
    assertFix(
      code,
      `FROM ${mcr}/sdk:8.0-alpine AS all\nENV A=1\nWORKDIR /src\nCOPY . .\nRUN dotnet restore\nRUN dotnet publish -o /app\nWORKDIR /app\nCMD dotnet App.dll`,
      `FROM ${mcr}/sdk:8.0-alpine AS all\nENV A=1\nWORKDIR /src\nCOPY . .\nRUN dotnet restore\nRUN dotnet publish -o /app\n\nFROM ${mcr}/aspnet:8.0-alpine\nWORKDIR /src\nCOPY --from=all /app /app\nENV A=1\nWORKDIR /app\nCMD dotnet App.dll`,
      { knowledge },
    );
  });

  it('offers the runtime for apps without a server', () => {
    assertFix(
      code,
      `FROM ${mcr}/sdk:10.0.100@sha256:${'a'.repeat(64)}\r\nCOPY . /src\r\nRUN dotnet publish /src --output=/app\r\nENTRYPOINT ["dotnet", "/app/App.dll"]\r\nWORKDIR /app`,
      `FROM ${mcr}/sdk:10.0.100@sha256:${'a'.repeat(64)} AS build\r\nCOPY . /src\r\nRUN dotnet publish /src --output=/app\r\n\r\nFROM ${mcr}/runtime:10.0\r\nWORKDIR /\r\nCOPY --from=build /app /app\r\nENTRYPOINT ["dotnet", "/app/App.dll"]\r\nWORKDIR /app`,
      { knowledge, index: 1 },
    );
  });

  it('finds a name that is not taken', () => {
    const text = `FROM a AS build\nFROM ${mcr}/sdk:10.0\nCOPY . .\nRUN dotnet publish -o /app\nWORKDIR /app\nCMD ["dotnet", "App.dll"]`;
    assert.match(fixed(text, code, { knowledge })!, /sdk:10\.0 AS publish\n[\s\S]*--from=publish /);
  });

  const uncertain: readonly (readonly [why: string, body: string])[] = [
    ['other programs are installed', 'RUN apt-get install -y x\nRUN dotnet publish -o /app\nWORKDIR /app'],
    ['files change later', 'RUN dotnet publish -o /app\nWORKDIR /app\nCOPY a b'],
    ['a command runs later', 'RUN dotnet publish -o /app\nWORKDIR /app\nRUN x'],
    ['it is not known where to', 'RUN dotnet publish\nWORKDIR /app'],
    ['a variable says where to', 'RUN dotnet publish -o $OUT\nWORKDIR /app'],
    ['what starts is something else', 'RUN dotnet publish -o /out\nWORKDIR /app'],
    ['health is checked with curl', 'RUN dotnet publish -o /app\nWORKDIR /app\nHEALTHCHECK CMD curl -f localhost'],
    ['a user was chosen before', 'USER app\nRUN dotnet publish -o /app\nWORKDIR /app'],
    ['a variable is used before', 'ENV A=$B\nRUN dotnet publish -o /app\nWORKDIR /app'],
  ];
  for (const [why, body] of uncertain) {
    it(`leaves it alone where ${why}`, () => {
      const text = `FROM ${mcr}/sdk:10.0\nCOPY . .\n${body}\nCMD ["dotnet", "App.dll"]`;
      assert.equal(fixed(text, code, { knowledge }), undefined);
    });
  }
});
