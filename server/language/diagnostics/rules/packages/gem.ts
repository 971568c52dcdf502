import { hasOption, readArguments } from './arguments.ts';
import type { Call } from './calls.ts';
import { pinRule, unpinned } from './pins.ts';

/** Source: gem help install. */
const valued = new Set(
  '-B -g -i -n -P -p -s -v --bindir --build-root --bulk-threshold --config-file --document --file --http-proxy --install-dir --platform --source --target-rbconfig --trust-policy --version'.split(
    ' ',
  ),
);

/** Source: hadolint's DL3028. */
export const gemPins = pinRule({
  name: 'DL3028',
  find: (call) => (call.name === 'gem' ? gems(call) : []),
  example: (name) => `${name}:<version>`,
});

function gems({ words }: Call): ReturnType<typeof unpinned> {
  // What stands behind -- is for the compilers of extensions.
  const end = words.findIndex(({ text }) => text === '--');
  const { options, operands } = readArguments(end === -1 ? words : words.slice(0, end), { valued });
  const [verb, ...named] = operands;
  if (verb?.text !== 'install' && verb?.text !== 'i') return [];
  if (hasOption(options, '-v', '--version', '-g', '--file')) return [];
  const values = named.filter(({ text }) => text !== 'true' && text !== 'false');
  return unpinned(values, (text) => text.includes(':') || text.endsWith('.gem'));
}
