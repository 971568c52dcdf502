import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { eachExpanded } from '../expanded.ts';
import { replace } from '../fixes.ts';
import { variables } from '../reads.ts';
import type { Rule } from '../rule.ts';
import { nearest } from '../suggest.ts';

/** The signals of Linux without `SIG`. Source: moby/sys/signal, signal_linux.go. */
const signals: ReadonlySet<string> = new Set([
  ...'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS'.split(' '),
  ...'TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'.split(' '),
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
]);

/** Source: ParseSignal of moby/sys/signal. */
export const invalidSignal: Rule = {
  name: 'InvalidSignal',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  reads: [...variables, 'STOPSIGNAL'],
  check(dockerfile, report) {
    eachExpanded(dockerfile, ['STOPSIGNAL'], ({ span }, { text }) => {
      const valid = /^[-+]?\d+$/.test(text) ? Number(text) !== 0 : signals.has(text.toUpperCase().replace(/^SIG/, ''));
      if (valid) return;
      report(span, `"${text}" is no signal. Write a name such as SIGTERM, or its number.`, {
        fix: () => {
          const meant = text.length < 3 ? undefined : nearest(text.toUpperCase().replace(/^SIG/, ''), signals);
          return meant === undefined ? undefined : replace(span, `SIG${meant}`, false);
        },
      });
    });
  },
};

/** A VOLUME whose path turns out empty. Source: dispatchVolume in BuildKit's convert.go. */
export const emptyVolume: Rule = {
  name: 'EmptyVolume',
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  reads: [...variables, 'VOLUME'],
  check(dockerfile, report) {
    eachExpanded(dockerfile, ['VOLUME'], ({ value, span }, { text }) => {
      if (text === '' && value.trim() !== '') report(span, `VOLUME has an empty path: ${value} stands for nothing.`);
    });
  },
};
