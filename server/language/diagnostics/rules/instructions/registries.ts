import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { dockerHub } from '../../../../../common/reference.ts';
import type { Word } from '../../../dockerfile/dockerfile.ts';
import { stageTree } from '../../reads.ts';
import type { Fix, Rule } from '../../rule.ts';

/** FROM names a registry that .hadolint.yaml does not list. Source: hadolint's DL3026. */
export const untrustedRegistry: Rule = {
  name: 'DL3026',
  severity: DiagnosticSeverity.Error,
  kind: 'lint',
  // It is silent for everybody who lists no registries.
  preset: 'recommended',
  reads: stageTree,
  check({ stages }, report, { hadolint }) {
    const trusted = hadolint?.trustedRegistries ?? [];
    if (trusted.length === 0) return;
    const patterns = trusted.map(toPattern);
    for (const { image, base } of stages) {
      if (!image || base !== undefined || image.value === 'scratch') continue;
      const registry = registryOf(image.value);
      // Only the build knows it.
      if (registry.includes('$') || image.value.startsWith('$')) continue;
      const names = registry === '' || registry === dockerHub ? [dockerHub, 'hub.docker.com'] : [registry];
      if (names.some((name) => patterns.some((pattern) => pattern(name)))) continue;
      report(image.span, `${names[0]} is none of the registries to use: ${trusted.join(', ')}.`, {
        fix: () => fromTrusted(image, registry, trusted),
      });
    }
  },
};

/** What stands before the first slash, if docker takes it for a registry. */
function registryOf(image: string): string {
  const first = image.slice(0, Math.max(image.indexOf('/'), 0));
  return first === 'localhost' || /[.:$]/.test(first) ? first : '';
}

/** `*` stands for a part of the name, at its head or its end. */
function toPattern(text: string): (name: string) => boolean {
  const [head = '', ...rest] = text.split('*');
  const tail = rest.at(-1);
  if (tail === undefined) return (name) => name === text;
  return (name) => name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
}

function fromTrusted({ value, span }: Word, registry: string, trusted: readonly string[]): readonly Fix[] {
  if (span.end - span.start !== value.length || /["']/.test(value)) return [];
  const names = trusted.filter((name) => !name.includes('*') && name !== 'hub.docker.com').slice(0, 3);
  const replaced = { start: span.start, end: span.start + (registry === '' ? 0 : registry.length + 1) };
  return names.map((name) => ({
    title: `Take it from ${name}`,
    edits: [{ span: replaced, text: `${name}/` }],
    safe: false,
  }));
}
