import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { ShellList, ShellNode } from '../../../shell/script.ts';
import type { Edit, Fix, InstructionContext, InstructionRule } from '../../rule.ts';
import { addOption } from './addOption.ts';
import { hasOption } from './arguments.ts';
import { addCacheMounts, cacheTargetsOf, isMounted } from './cacheMount.ts';
import { type Call, readCallsOf } from './calls.ts';
import { manager, type Request, requestOf, spanOf } from './managers.ts';
import { pinRule, unpinned } from './pins.ts';

/** Source: apk(8), apk-add(8). */
const apk = manager(
  'apk',
  '-t -X -p --virtual --repository --repositories-file --root --keys-dir --arch --wait --cache-dir --cache-max-age ' +
    '--progress-fd --timeout',
);

function addRequest(call: Call): Request | undefined {
  const request = requestOf(call, apk);
  return request?.verb.text === 'add' ? request : undefined;
}

/** Source: hadolint's DL3018. */
export const apkPins = pinRule({
  name: 'DL3018',
  // `.deps` is a name that --virtual gave, `!musl` what must not be there.
  find: (call) => unpinned(addRequest(call)?.operands ?? [], (text) => /[=~<>]|\.apk$|^[.!]/.test(text)),
  example: (name) => name.replace(/@|$/, '=<version>$&'),
});

/** Source: hadolint's DL3019. */
export const apkNoCache: InstructionRule = {
  name: 'DL3019',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  preset: 'hadolint',
  keywords: ['RUN'],
  checkInstruction(instruction, report, context) {
    const requests = readCallsOf(instruction, context).flatMap((call) => requestOf(call, apk) ?? []);
    const alone = requests.filter(({ verb }) => verb.text === 'add' || verb.text === 'upgrade').length === 1;
    for (const request of requests) {
      if (request.verb.text !== 'add') continue;
      if (request.open || hasOption(request.options, '--no-cache', '--no-network')) continue;
      const targets = cacheTargetsOf(instruction, context);
      if (isMounted(targets, '/var/cache/apk') || isMounted(targets, '/etc/apk/cache')) continue;
      const message =
        'Without --no-cache, apk works with an index that is kept in the image, or has to be deleted. Add --no-cache.';
      const fix = () => [...noCacheFixes(request, alone, context), addCacheMounts(instruction, ['/var/cache/apk'])];
      report(spanOf(request), message, { fix });
    }
  },
};

function noCacheFixes(request: Request, alone: boolean, context: InstructionContext): readonly Fix[] {
  const { call, options, verb } = request;
  const update = call.json
    ? undefined
    : options.find(({ word: { text } }) => /^(?:-U|--update|--update-cache)$/.test(text));
  const add: Fix = update
    ? { title: 'Write --no-cache', edits: [{ span: update.word.span, text: '--no-cache' }], safe: true }
    : addOption(call, verb, '--no-cache', true);
  const removal = alone ? updateRemoval(call, context) : undefined;
  // A later instruction may need the index that apk update loads.
  const both: Fix | undefined = removal && {
    title: 'Add --no-cache and leave out apk update',
    edits: [removal, ...add.edits],
    safe: false,
  };
  return both ? [add, both] : [add];
}

/** Takes `apk update &&` away that stands right before a call. */
function updateRemoval({ script, command }: Call, { text }: InstructionContext): Edit | undefined {
  const list = listOf(script.root, command);
  const index = list?.parts.indexOf(command) ?? 0;
  const before = list?.parts[index - 1];
  if (before?.kind !== 'command' || list?.operators[index - 1]?.text !== '&&') return undefined;
  if (before.words.map((word) => word.text).join(' ') !== 'apk update' || before.redirects.length > 0) return undefined;
  const span = { start: before.span.start, end: command.span.start };
  return text.slice(span.start, span.end).includes('#') ? undefined : { span, text: '' };
}

function listOf(node: ShellNode, part: ShellNode): ShellList | undefined {
  if (node.kind === 'command') return undefined;
  if (node.kind === 'list' && node.parts.includes(part)) return node;
  for (const inner of node.parts) {
    const found = listOf(inner, part);
    if (found) return found;
  }
  return undefined;
}
