import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Word } from '../../dockerfile/dockerfile.ts';
import { eachExpanded } from '../expanded.ts';
import { replace } from '../fixes.ts';
import { type Port, readPort } from '../port.ts';
import { variables } from '../reads.ts';
import type { Fix, Rule } from '../rule.ts';
import { nearest } from '../suggest.ts';

/** EXPOSE says which port of the container; where it appears on the host is for whoever runs it. Source: convert_expose.go. */
export const exposeInvalidFormat: Rule = {
  name: 'ExposeInvalidFormat',
  severity: DiagnosticSeverity.Warning,
  kind: 'check',
  reads: [...variables, 'EXPOSE'],
  check(dockerfile, report) {
    eachPort(dockerfile, (word, { ip, host, container, problem }) => {
      if (problem || (ip === '' && host === '')) return;
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
  reads: [...variables, 'EXPOSE'],
  check(dockerfile, report) {
    eachPort(dockerfile, (word, { protocol, problem }) => {
      const lower = protocol.toLowerCase();
      if (problem || protocol === lower) return;
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
  reads: [...variables, 'EXPOSE'],
  check(dockerfile, report) {
    eachPort(dockerfile, (word, { problem }, instruction) => {
      if (problem) report(word.span, problem, { fix: () => meantPort(dockerfile, word, instruction) });
    });
  },
};

/** Rewrites a port that stands there as it is: no variable, no quotes. */
function literal({ value, span }: Word, rewrite: (port: string) => string): Fix | undefined {
  return /[$"'\\`]/.test(value) ? undefined : replace(span, rewrite(value));
}

/** The port that a few common slips stand for; what follows a `#` was meant as a comment. */
function meantPort({ text }: Dockerfile, word: Word, { words }: Instruction): Fix | undefined {
  const comment = words.find(({ value }) => value.startsWith('#'));
  if (comment && comment.span.start <= word.span.start) {
    const start = text.slice(0, comment.span.start).trimEnd().length;
    const edit = { span: { start, end: words.at(-1)!.span.end }, text: '' };
    return comment === words[0] ? undefined : { title: 'Remove what is no port', edits: [edit], safe: false };
  }
  const { value, span } = word;
  const [, ports, protocol] = /^(\d+(?:-\d+)?)[,;]?(?:\/(\w+))?[,;]?$/.exec(value) ?? [];
  if (ports === undefined) return undefined;
  const [first, last] = ports.split('-');
  const range = last !== undefined && Number(last) < Number(first) ? `${last}-${first}` : ports;
  const known =
    protocol === undefined || /^(?:tcp|udp|sctp)$/i.test(protocol)
      ? protocol
      : (nearest(protocol.toLowerCase(), ['tcp', 'udp', 'sctp']) ?? 'tcp');
  const meant = known === undefined ? range : `${range}/${known}`;
  return meant === value || readPort(meant).problem ? undefined : replace(span, meant, false);
}

function eachPort(dockerfile: Dockerfile, visit: (word: Word, port: Port, instruction: Instruction) => void): void {
  eachExpanded(dockerfile, ['EXPOSE'], (word, { words }, instruction) => {
    for (const port of words) visit(word, readPort(port), instruction);
  });
}
