import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { ShellWord } from '../../../shell/script.ts';
import type { Edit, Fix, InstructionRule } from '../../rule.ts';
import { type Call, callsOf } from './calls.ts';

/** Those of `words` that name a package without a version. What a variable decides is not known, and not among them. */
export function unpinned(words: readonly ShellWord[], isPinned: (text: string) => boolean): readonly ShellWord[] {
  return words.filter((word) => word.text !== '' && !isUnknown(word) && !isPinned(word.text));
}

/** A variable at the beginning may hold all of the word, one at the end the version. */
function isUnknown({ text, dynamic, substitutions }: ShellWord): boolean {
  if (substitutions.length > 0) return true;
  return dynamic && (/^[$`]/.test(text) || /(?:\$(?:\w+|\{[^{}]*\})|`)$/.test(text));
}

export interface Pins {
  /** hadolint's. */
  readonly name: string;
  /** The packages that a call installs without a version. */
  readonly find: (call: Call) => readonly ShellWord[];
  /** How a package is written with its version: `curl=<version>`. Where one has a commit instead: `owner/tool#<commit>`. */
  readonly example: (name: string, call: Call) => string;
}

/** A package without a version: another build may install another one. */
export function pinRule({ name, find, example }: Pins): InstructionRule {
  return {
    name,
    severity: DiagnosticSeverity.Warning,
    kind: 'lint',
    preset: 'hadolint',
    keywords: ['RUN'],
    checkInstruction(instruction, report, context) {
      for (const call of callsOf(instruction, context)) {
        const [first, ...more] = find(call);
        if (!first) continue;
        const subject = more.length === 0 ? `"${first.text}" has` : `"${first.text}" and ${more.length} more have`;
        report(
          first.span,
          `${subject} no version, so another build may install another one. Write ${example(first.text, call)}.`,
          { fix: () => fromArguments([first, ...more], call, example) },
        );
      }
    },
  };
}

/**
 * Offline nobody knows which versions there are, so each is left to a build argument: without it the command ends with its name.
 * Not safe, as nothing is built before somebody chooses. Undefined where no shell replaces a variable, or a package is named in such a
 * way that its version has no certain place.
 */
function fromArguments(packages: readonly ShellWord[], call: Call, example: Pins['example']): Fix | undefined {
  if (call.json) return undefined;
  const names = packages.map(({ text }) => variableFor(text));
  const edits = packages.flatMap(({ text, span }, index): readonly Edit[] => {
    const pinned = example(text, call);
    return /[^\w./:@#[\],+=~<>-]/.test(pinned)
      ? []
      : [{ span, text: pinned.replace(/<\w+>/, `\${${names[index]}:?}`) }];
  });
  if (edits.length < packages.length || new Set(names).size < names.length) return undefined;
  const what =
    packages.length === 1
      ? `the version of ${packages[0]!.text} from a build argument`
      : `the ${packages.length} versions from build arguments`;
  return { title: `Take ${what}`, edits, buildArguments: names, safe: false };
}

/** `CURL_VERSION`, `ANGULAR_CLI_VERSION` for `@angular/cli@latest`, `TOOL_VERSION` for `example.com/cmd/tool/v2`. */
function variableFor(name: string): string {
  const bare = name
    .replaceAll(/\[[^[\]]*\]/g, '')
    .replace(/(?<=.)@.*$/, '')
    .replace(/\/v\d+$/, '');
  const short = /\.\w+\//.test(bare) ? bare.slice(bare.lastIndexOf('/') + 1) : bare;
  const letters = short.replaceAll(/\W+/g, '_').replaceAll(/^_|_$/g, '').toUpperCase();
  return `${/^\d/.test(letters) ? '_' : ''}${letters}_VERSION`;
}
