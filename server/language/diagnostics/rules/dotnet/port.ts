import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Word } from '../../../dockerfile/dockerfile.ts';
import { baseImages } from '../../baseImages.ts';
import { lineBreakIn, replace } from '../../fixes.ts';
import type { Fix, Rule } from '../../rule.ts';
import { dotnetImage } from './image.ts';

/** Where a file speaks of ports in any other way, or of another server, it is not for us to say where the app listens. */
const choosesPort =
  /ASPNETCORE_URLS|DOTNET_URLS|_HTTPS?_PORTS|\bURLS\b|--(?:urls|http_ports)|kestrel|[*+\d\]]:80\b|localhost:80\b|nginx|apache|httpd|caddy|haproxy|supervisor|php|\bIIS\b|w3svc/i;

/**
 * `EXPOSE 80` on an image that has ASP.NET Core listen on 8080, as they do from .NET 8 on.
 * Source: "Default ASP.NET Core port changed to 8080", .NET 8's breaking changes.
 */
export const dotnetPort: Rule = {
  name: 'DotnetPort',
  severity: DiagnosticSeverity.Hint,
  kind: 'lint',
  preset: 'recommended',
  check(dockerfile, report) {
    if (!dockerfile.instructions.some(({ own }) => exposedHttp(own))) return;
    const images = baseImages(dockerfile);
    let chosen: boolean | undefined;
    for (const { index, instructions } of dockerfile.stages) {
      const image = images[index] && dotnetImage(images[index].reference);
      if (image?.kind !== 'aspnet' || image.version === undefined || Number.parseFloat(image.version) < 8) continue;
      for (const instruction of instructions) {
        const port = exposedHttp(instruction);
        if (!port || instruction.words.some(({ value }) => value.startsWith('8080'))) continue;
        chosen ??= choosesPort.test(dockerfile.text) || exposes8080(instructions);
        if (chosen) break;
        report(port.span, `From .NET 8 on, the image has ASP.NET Core listen on port 8080 instead of 80.`, {
          fix: () => fixes(dockerfile, instruction, port),
        });
      }
    }
  },
};

/** Where an EXPOSE names port 80. */
function exposedHttp({ keyword, words }: Instruction): Word | undefined {
  return keyword === 'EXPOSE' ? words.find(({ value }) => /^80(?:\/tcp)?$/i.test(value)) : undefined;
}

function exposes8080(instructions: readonly Instruction[]): boolean {
  return instructions.some(
    ({ keyword, words }) => keyword === 'EXPOSE' && words.some(({ value }) => /^8080\b/.test(value)),
  );
}

function fixes(dockerfile: Dockerfile, { span, keywordText }: Instruction, port: Word): readonly Fix[] {
  const variable = keywordText === keywordText.toLowerCase() ? 'env' : 'ENV';
  const at = { start: span.start, end: span.start };
  return [
    replace({ start: port.span.start, end: port.span.start + 2 }, '8080', false, 'Expose port 8080'),
    replace(
      at,
      `${variable} ASPNETCORE_HTTP_PORTS=80${lineBreakIn(dockerfile.text)}`,
      false,
      'Have it listen on port 80',
    ),
  ];
}
