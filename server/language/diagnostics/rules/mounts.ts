import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { cleanPath } from '../../../../common/ignore.ts';
import type { Dockerfile, Flag, Span } from '../../dockerfile/dockerfile.ts';
import { readShellWord } from '../../dockerfile/shellWord.ts';
import { mountDocs, mountKeyDocs, mountKeyOf } from '../../docs/mounts.ts';
import { parseBool } from '../checkOptions.ts';
import { replace } from '../fixes.ts';
import { type MountOption, mountOptions } from '../mountOptions.ts';
import type { Fix, Rule } from '../rule.ts';
import { boolText, nearest } from '../suggest.ts';

type Tell = (span: Span, message: string, meant?: string) => void;

/** A RUN --mount that BuildKit refuses: its type, an option, a value, or options that do not go together. */
export const invalidMount: Rule = {
  name: 'InvalidMount',
  eachAlone: true,
  reads: ['RUN'],
  severity: DiagnosticSeverity.Error,
  kind: 'error',
  check(dockerfile, report) {
    for (const { keyword, flags } of dockerfile.instructions) {
      if (keyword !== 'RUN') continue;
      for (const flag of flags) {
        if (flag.name !== 'mount' || flag.value === undefined) continue;
        const options = mountOptions(dockerfile.text, flag);
        if (!options)
          report(flag.span, 'The quotes of this mount do not fit. Write its options as key=value,key=value.');
        else
          checkMount(flag, options, dockerfile.escape, (span, message, meant) =>
            report(span, message, {
              fix: () => (meant === undefined ? undefined : meantOption(dockerfile, span, meant)),
            }),
          );
      }
    }
  },
};

/** What is known of a mount; `undefined` where a variable decides. */
interface Mount {
  type: string | undefined;
  readonly values: Map<string, string | undefined>;
}

/** Options in their order, as BuildKit reads them: `required` and `size` look at the type before them only. */
function checkMount(flag: Flag, options: readonly MountOption[], escapeToken: string, tell: Tell): void {
  const mount: Mount = { type: 'bind', values: new Map() };
  for (const { key: written, value, span } of options) {
    const key = mountKeyOf(written);
    const known = value?.includes('$') ? undefined : value && readShellWord(value, { escapeToken }).text;
    if (key === 'type' && value !== undefined) mount.type = known?.toLowerCase();
    else mount.values.set(key, known);
    const problem = optionProblem(key, written, value, known, mount);
    if (problem) {
      tell(span, problem, meantText(key, written, value));
      return;
    }
  }
  const problem = combinationProblem(mount);
  if (problem) tell(flag.span, problem);
}

const needless = new Set(['ro', 'rw', 'required']);

function optionProblem(
  key: string,
  written: string,
  value: string | undefined,
  known: string | undefined,
  { type }: Mount,
): string | undefined {
  if (!Object.hasOwn(mountKeyDocs, key)) return unknownKey(written);
  if (value === undefined && !needless.has(key)) return `"${written}" needs a value: ${written}=….`;
  if (type !== undefined && key === 'required' && type !== 'secret' && type !== 'ssh')
    return `"required" goes with a secret or ssh mount, and behind its type. This one is of type ${type}.`;
  if (type !== undefined && key === 'size' && type !== 'tmpfs')
    return `"size" goes with a tmpfs mount, and behind its type. This one is of type ${type}.`;
  return known === undefined ? undefined : valueProblem(key, written, known);
}

/** The option as it was meant; empty where it should not be there; undefined where that is not known. */
function meantText(key: string, written: string, value: string | undefined): string | undefined {
  if (written === '' && value === undefined) return '';
  const given = value === undefined ? '' : `=${value}`;
  if (!Object.hasOwn(mountKeyDocs, key)) {
    const meant = nearestKey(written);
    return meant && meant + given;
  }
  const lower = value?.toLowerCase() ?? '';
  const other = key === 'type' ? nearest(lower, types) : key === 'sharing' ? nearest(lower, sharings) : undefined;
  const flag = needless.has(key) ? boolText(lower) : undefined;
  const meant = other ?? flag;
  return meant === undefined || meant === lower ? undefined : `${written}=${meant}`;
}

/** An option that should not be there takes a comma with it. */
function meantOption({ text }: Dockerfile, span: Span, meant: string): Fix | undefined {
  if (meant !== '') return replace(span, meant, false);
  const { start, end } = span;
  const [behind, before] = [text[end] === ',', text[start - 1] === ','];
  if (!behind && !before) return undefined;
  const comma = behind ? { start, end: end + 1 } : { start: start - 1, end };
  return { title: 'Remove the comma', edits: [{ span: comma, text: '' }], safe: false };
}

function nearestKey(written: string): string | undefined {
  return nearest(written, [...Object.keys(mountKeyDocs), 'readonly', 'readwrite', 'destination']);
}

function unknownKey(written: string): string {
  if (written === '') return 'There is an empty option. Remove the comma.';
  const suggestion = nearestKey(written);
  return `A mount has no option "${written}".${suggestion ? ` Did you mean ${suggestion}?` : ''}`;
}

const types = mountDocs.map(({ type }) => type);
const sharings = mountKeyDocs['sharing']!.values!;

function valueProblem(key: string, written: string, value: string): string | undefined {
  switch (key) {
    case 'type':
      return choice('mount type', value, types);
    case 'sharing':
      return choice('way of sharing', value, sharings);
    case 'ro':
    case 'rw':
    case 'required':
      return parseBool(value) === undefined ? `"${written}" is true or false, not "${value}".` : undefined;
    case 'mode':
      return /^[0-7]+$/.test(value) && Number.parseInt(value, 8) < 2 ** 32
        ? undefined
        : `"${value}" is no file mode. Write it in octal, such as 0755.`;
    case 'uid':
    case 'gid':
      return /^\d+$/.test(value) && Number(value) < 2 ** 32 ? undefined : `"${written}" is a number, not "${value}".`;
    case 'size':
      return /^[+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)? ?(?:b|[kmgtp](?:i?b)?)?$/i.test(value)
        ? undefined
        : `"${value}" is no size. Write a number with a unit, such as 64m.`;
    default:
      return undefined;
  }
}

function choice(what: string, value: string, choices: readonly string[]): string | undefined {
  const lower = value.toLowerCase();
  if (choices.includes(lower)) return undefined;
  const suggestion = nearest(lower, choices);
  return `"${value}" is no ${what}. ${suggestion ? `Did you mean ${suggestion}?` : `There are ${choices.join(', ')}.`}`;
}

const ofFiles = new Set(['secret', 'ssh', 'cache']);

/** Source: validateMount in commands_runmount.go, dispatchSSH and dispatchRunMounts in dockerfile2llb. */
function combinationProblem({ type, values }: Mount): string | undefined {
  if (type === undefined) return undefined;
  const given = (key: string) => values.has(key) && values.get(key) !== '';
  const owner = ['mode', 'uid', 'gid'].find((key) => values.has(key));
  if (owner && !ofFiles.has(type)) return `"${owner}" goes with a cache, secret or ssh mount, not with type ${type}.`;
  if (given('sharing') && type !== 'cache') return `"sharing" goes with a cache mount, not with type ${type}.`;
  if (type === 'secret') {
    if (given('from')) return 'A secret mount has no "from".';
    if (!given('source') && !given('target') && !given('id')) return 'A secret mount needs an id.';
    if (given('source') && given('id')) return 'A secret mount has an id or a source, not both.';
    return undefined;
  }
  if (type === 'ssh') return given('source') ? 'An ssh mount has no "source".' : undefined;
  const target = values.get('target');
  return target && cleanPath(target) === '/' ? 'A mount cannot take the place of the whole file system.' : undefined;
}
