import assert from 'node:assert/strict';
import { effortOf, tokenizer } from '../../support/tokenize.ts';

/** Real-looking stages with continuations, comments, a heredoc: 16 lines a stage. */
function stages(count: number): string {
  const stage = [
    'FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build',
    'ARG VERSION=1.2.3',
    'ENV PATH="/opt/bin:$PATH" \\',
    "    NAME='a b'",
    'RUN --mount=type=cache,target=/var/cache/apt \\',
    '    apt-get update && apt-get install -y --no-install-recommends \\',
    '    # what the build needs',
    '    git curl "ca-certificates" \\',
    '    && rm -rf /var/lib/apt/lists/*',
    'COPY --from=build --chown=1000:1000 /src/*.csproj ./',
    'RUN <<EOF',
    'set -e',
    'for f in a b c; do echo "$f"; done',
    'EOF',
    'EXPOSE 80/tcp 8080',
    'CMD ["dotnet", "app.dll"]',
  ];
  return Array.from({ length: count }, () => stage.join('\n')).join('\n');
}

describe('Dockerfile grammar: effort', () => {
  for (const [name, text] of [
    ['stages', stages] as const,
    ['one RUN', (count: number) => `RUN a ${'\\\n  && b "c $D" \\\n  # e'.repeat(count * 8)}`] as const,
    ['one heredoc', (count: number) => `RUN <<EOF\n${'a | b "c"\n'.repeat(count * 16)}EOF`] as const,
    ['one ENV', (count: number) => `ENV A=1 ${'\\\n  B=$A'.repeat(count * 16)}`] as const,
  ]) {
    it(`grows with the lines, not faster: ${name}`, async () => {
      const small = await effortOf('source.dockerfile', text(10));
      const large = await effortOf('source.dockerfile', text(60));
      const growth = (large.searches - small.searches) / (50 * 16);
      const before = small.searches / (10 * 16);
      assert.ok(growth <= before * 1.1, `${before} searches a line became ${growth}`);
      assert.equal(large.depth, small.depth);
    });
  }

  // A regular expression that backtracks without bound would take longer than anyone waits.
  for (const part of [
    '"',
    "'",
    '\\',
    '`',
    '<',
    ' <<',
    ' <<A',
    '${',
    '$',
    '["',
    '[',
    ' --',
    ' --a=',
    ' a=',
    '=',
    ',',
    '#',
    '(',
    '/',
    ':',
    '-',
  ]) {
    it(`reads a long line of ${JSON.stringify(part)}`, async () => {
      const tokenize = await tokenizer('source.dockerfile', { 'source.shell': nothing, 'source.powershell': nothing });
      for (const keyword of [
        'FROM',
        'RUN',
        'COPY',
        'ENV',
        'CMD',
        'HEALTHCHECK',
        'EXPOSE',
        'SHELL',
        'ENTRYPOINT powershell',
        '#',
        '# check=',
      ]) {
        tokenize(`${keyword} ${part.repeat(1000 / part.length)}`);
      }
    }).timeout(10_000);
  }
});

const nothing = { scopeName: 'nothing', patterns: [], repository: {} } as never;
