import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Instruction, Stage, Word } from '../../../dockerfile/dockerfile.ts';
import { inCaseOf, insertBelow, replace } from '../../fixes.ts';
import type { Fix, Rule } from '../../rule.ts';

/** The last USER of a stage is root. Source: hadolint's DL3002. */
export const lastUserRoot: Rule = {
  name: 'DL3002',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['FROM', 'USER'],
  check(dockerfile, report) {
    for (const stage of dockerfile.stages) {
      const last = stage.instructions.findLast(({ keyword }) => keyword === 'USER');
      if (!last || !isRoot(nameOf(last.own.words[0]))) continue;
      const user = last.words[0]!;
      report(user.span, 'What runs in this stage runs as root. Change to another user when root is no longer needed.', {
        fix: () => otherUsers(dockerfile, stage, last, user),
      });
    }
  },
};

/** The user without the group, quotes undone. */
function nameOf(word: Word | undefined): string {
  return (word?.value ?? '').replaceAll(/["']/g, '').split(':', 1)[0]!;
}

function isRoot(name: string): boolean {
  return name === 'root' || name === '0';
}

/** What says how the image is run, and runs nothing itself. */
const descriptions = new Set(['CMD', 'ENTRYPOINT', 'EXPOSE', 'HEALTHCHECK', 'LABEL', 'STOPSIGNAL', 'USER']);

function otherUsers(dockerfile: Dockerfile, stage: Stage, last: Instruction, user: Word): readonly Fix[] {
  const earlier = stage.instructions.findLast(
    ({ keyword, own }) => keyword === 'USER' && !isRoot(nameOf(own.words[0])) && nameOf(own.words[0]) !== '',
  );
  const names = new Set([...(earlier ? [earlier.words[0]!.value] : []), usualUser(dockerfile, stage)]);
  const work = stage.instructions.findLast(({ keyword }) => !descriptions.has(keyword))!;
  return [...names].flatMap((name) => {
    const title = `Run as ${name}`;
    if (work.span.start < last.span.start) return [replace(user.span, name, false, title)];
    const edit = insertBelow(dockerfile, work, `${inCaseOf(last, 'USER')} ${name}`);
    return edit ? [{ title, edits: [edit], safe: false }] : [];
  });
}

/** A user that the base image brings along; else nobody's number, which needs no entry in /etc/passwd. */
function usualUser({ stages, escape: escapeToken }: Dockerfile, stage: Stage): string {
  if (escapeToken === '`') return 'ContainerUser';
  let root = stage;
  while (root.base !== undefined) root = stages[root.base]!;
  const image = root.image?.value ?? '';
  if (/^(?:docker\.io\/)?(?:library\/)?node(?:[:@]|$)/.test(image)) return 'node';
  return image.startsWith('mcr.microsoft.com/dotnet/') ? '$APP_UID' : '65534';
}

/** Users of Windows have no numbers, and root is 0 everywhere. */
const withoutNumber = /^(?:root|ContainerAdministrator|ContainerUser)$/i;

/** A user by name: who runs the image somewhere else cannot always tell that it is not root. Source: hadolint's DL3066. */
export const userByName: Rule = {
  name: 'DL3066',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  reads: ['USER', 'ONBUILD'],
  check(dockerfile, report) {
    if (dockerfile.escape === '`') return;
    for (const instruction of dockerfile.instructions) {
      const own = instruction.own.trigger ?? instruction.own;
      const name = own.keyword === 'USER' ? nameOf(own.words[0]) : '';
      if (name === '' || /^\d+$|\$/.test(name) || withoutNumber.test(name)) continue;
      const user = (instruction.trigger ?? instruction).words[0]!;
      const message = `Only the image itself knows who "${name}" is. Write the user's number, which others can check.`;
      report(user.span, message, { fix: () => byNumber(dockerfile, user, name) });
    }
  },
};

function byNumber(dockerfile: Dockerfile, { value, span }: Word, name: string): Fix | undefined {
  const number = createdAs(dockerfile, name) ?? (Object.hasOwn(usualNumbers, name) ? usualNumbers[name] : undefined);
  const at = value.indexOf(name);
  if (number === undefined || at === -1 || span.end - span.start !== value.length) return undefined;
  const start = span.start + at;
  return replace({ start, end: start + name.length }, number, false);
}

/** The number that a `useradd` or `adduser` of the file gives it. */
function createdAs({ instructions }: Dockerfile, name: string): string | undefined {
  for (const { keyword, source } of instructions) {
    if (keyword !== 'RUN' || !source.includes(name)) continue;
    for (const [command] of source.matchAll(/\b(?:useradd|adduser)\b[^;&|]*/g)) {
      const words = command.split(/[\s\\]+/);
      const number = /\s(?:-u|--uid)[\s=]+["']?(\d+)/.exec(command)?.[1];
      if (number !== undefined && words.includes(name)) return number;
    }
  }
  return undefined;
}

/** Source: /etc/passwd of Debian and Alpine, and of the official node, .NET and distroless images. */
const usualNumbers: Readonly<Record<string, string>> = {
  'www-data': '33',
  node: '1000',
  app: '1654',
  nobody: '65534',
  nonroot: '65532',
};
