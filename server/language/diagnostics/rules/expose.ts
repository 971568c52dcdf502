import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Word } from '../../dockerfile/dockerfile.ts';
import { eachExpanded } from '../expanded.ts';
import { replace } from '../fixes.ts';
import { type Port, readPort } from '../port.ts';
import type { Fix, Rule } from '../rule.ts';

/** EXPOSE says which port of the container; where it appears on the host is for whoever runs it. Source: convert_expose.go. */
export const exposeInvalidFormat: Rule = {
  name: 'ExposeInvalidFormat',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check(dockerfile, report) {
    eachPort(dockerfile, (word, { ip, host, container }) => {
      if (ip === '' && host === '') return;
      report(word.span, `EXPOSE takes the container's port only. Write "${container}".`, {
        fix: () => literal(word, (port) => port.slice(port.lastIndexOf(':') + 1)),
      });
    });
  },
};

/** Protocols are written in lower case. Source: convert_expose.go. */
export const exposeProtoCasing: Rule = {
  name: 'ExposeProtoCasing',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  check(dockerfile, report) {
    eachPort(dockerfile, (word, { protocol }) => {
      const lower = protocol.toLowerCase();
      if (protocol === lower) return;
      report(word.span, `Write the protocol "${protocol}" in lower case: "${lower}".`, {
        fix: () => literal(word, (port) => port.toLowerCase()),
      });
    });
  },
};

/** What is no port, range of ports or protocol. Source: parsePort in BuildKit's convert_expose.go. */
export const invalidPort: Rule = {
  name: 'InvalidPort',
  aliases: ['DL3011'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check(dockerfile, report) {
    eachPort(dockerfile, (word, { problem }) => {
      if (problem) report(word.span, problem);
    });
  },
};

/** Rewrites a port that stands there as it is: no variable, no quotes. */
function literal({ value, span }: Word, rewrite: (port: string) => string): Fix | undefined {
  return /[$"'\\`]/.test(value) ? undefined : replace(span, rewrite(value));
}

function eachPort(dockerfile: Dockerfile, visit: (word: Word, port: Port) => void): void {
  eachExpanded(dockerfile, ['EXPOSE'], (word, { words }) => {
    for (const port of words) visit(word, readPort(port));
  });
}
