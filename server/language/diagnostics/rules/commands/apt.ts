import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { ShellCommand } from '../../../shell/script.ts';
import { insertion } from '../../fixes.ts';
import type { Edit, Fix, InstructionContext, Rule } from '../../rule.ts';
import { commandsNamed, isPlain, nameSpan } from './command.ts';

/** Source: hadolint's DL3027. */
export const noApt: Rule = {
  name: 'DL3027',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['RUN'],
  checkInstruction(_, report, context) {
    for (const command of commandsNamed('apt', context))
      report(nameSpan(command), 'apt is for people: what it prints and asks may change. Use apt-get or apt-cache.', {
        fix: () => forScripts(command, context),
      });
  },
};

const programs: Readonly<Record<string, 'apt-get' | 'apt-cache'>> = {
  install: 'apt-get',
  reinstall: 'apt-get',
  remove: 'apt-get',
  purge: 'apt-get',
  update: 'apt-get',
  upgrade: 'apt-get',
  'full-upgrade': 'apt-get',
  'dist-upgrade': 'apt-get',
  autoremove: 'apt-get',
  'auto-remove': 'apt-get',
  autopurge: 'apt-get',
  clean: 'apt-get',
  autoclean: 'apt-get',
  'auto-clean': 'apt-get',
  'build-dep': 'apt-get',
  source: 'apt-get',
  download: 'apt-get',
  changelog: 'apt-get',
  satisfy: 'apt-get',
  search: 'apt-cache',
  show: 'apt-cache',
  showsrc: 'apt-cache',
  depends: 'apt-cache',
  rdepends: 'apt-cache',
  policy: 'apt-cache',
};

/** `list` and `edit-sources` have no such twin. Source: the man pages of apt, apt-get and apt-cache. */
function forScripts({ words }: ShellCommand, context: InstructionContext): Fix | undefined {
  const [name, ...rest] = words;
  const verb = rest.find(({ text }) => Object.hasOwn(programs, text));
  if (!name || !verb || !isPlain(verb, context)) return undefined;
  if (!context.text.slice(name.span.start, name.span.end).endsWith('apt')) return undefined;
  // An option's value in front of the verb could be taken for it.
  if (rest.slice(0, rest.indexOf(verb)).some(({ text }) => !/^-[\w-]/.test(text) || /^-[oact]$/.test(text)))
    return undefined;
  const program = programs[verb.text]!;
  const { end } = name.span;
  const edits: readonly Edit[] = [{ span: { start: end - 'apt'.length, end }, text: program }, ...verbEdits(verb)];
  return { title: `Use ${program}`, edits, safe: true };
}

/** apt's upgrade installs what has become necessary, which apt-get's does only when asked to. */
function verbEdits({ text, span }: ShellCommand['words'][number]): readonly Edit[] {
  if (text === 'full-upgrade') return [{ span, text: 'dist-upgrade' }];
  return text === 'upgrade' ? [insertion(span.end, ' --with-new-pkgs')] : [];
}
