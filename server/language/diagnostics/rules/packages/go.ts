import type { ShellWord } from '../../../shell/script.ts';
import { readArguments } from './arguments.ts';
import type { Call } from './calls.ts';
import { pinRule, unpinned } from './pins.ts';

/** Source: go help build, go help get. */
const valued = new Set(
  (
    '-C -asmflags -buildmode -compiler -covermode -coverpkg -exec -gccgoflags -gcflags -installsuffix -ldflags -mod ' +
    '-modfile -o -overlay -p -pgo -pkgdir -tags -toolexec'
  ).split(' '),
);

/**
 * Source: hadolint's DL3062. Only what has a host at its head comes from elsewhere: `cmd/vet` is part of Go, `myapp/tool` of the
 * module at hand.
 */
export const goPins = pinRule({
  name: 'DL3062',
  find: (call) => (call.name === 'go' ? packages(call) : []),
  example: (name) => `${name.replace(/@.*$/, '')}@<version>`,
});

function packages({ words, variables }: Call): readonly ShellWord[] {
  // Go without modules knows no versions.
  if (variables.get('GO111MODULE') === 'off') return [];
  const [verb, ...named] = readArguments(words, { valued, singleDash: true }).operands;
  switch (verb?.text) {
    case 'install':
    case 'get':
      return unpinned(named, isPinned);
    case 'run':
      return unpinned(named.slice(0, 1), isPinned); // the others are for the program
    default:
      return [];
  }
}

function isPinned(text: string): boolean {
  if (!/^[\w-]+(?:\.[\w-]+)+\/./.test(text) || text.endsWith('.go')) return true;
  const at = text.indexOf('@');
  return at !== -1 && !/^(?:latest|upgrade|patch)$/.test(text.slice(at + 1));
}
