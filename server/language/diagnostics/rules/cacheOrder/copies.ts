import type { Instruction } from '../../../dockerfile/dockerfile.ts';
import { copySources } from '../../copySources.ts';
import { factOf } from '../../factOf.ts';
import { type Ecosystem, ecosystemNames, ecosystems } from './ecosystems.ts';

/** What a COPY or ADD brings, or a RUN mounts, as far as the order of steps goes. */
export interface Copied {
  /** The whole build context. */
  readonly everything: boolean;
  /** Whose manifests are among it, or what was made of them. */
  readonly manifestsOf: readonly Ecosystem[];
}

const nothing: Copied = { everything: false, manifestsOf: [] };

export const copiedBy = factOf((own): Copied => {
  if (own.keyword === 'RUN') return { everything: false, manifestsOf: mountedFor(own) };
  const fromElsewhere = own.flags.some(({ name }) => name === 'from');
  const sources = copySources(own).map(({ value }) => unquote(value));
  if (sources.length === 0) return nothing;
  const everything = !fromElsewhere && sources.some((source) => /^(?:\.\/?|\/|\*|\.\/\*)$/.test(source));
  return { everything, manifestsOf: everything ? [] : sources.flatMap(ecosystemsOf) };
});

function ecosystemsOf(source: string): readonly Ecosystem[] {
  const name = source.replace(/\/+$/, '').replace(/^.*[/\\]/, '');
  return ecosystemNames.filter((ecosystem) => ecosystems[ecosystem].manifest.test(name));
}

/** A RUN that has files of the context mounted may have done with them what others do with copies. */
function mountedFor({ flags, source }: Instruction): readonly Ecosystem[] {
  const binds = flags.some(
    ({ name, value = '' }) => name === 'mount' && !/type=(?:cache|secret|ssh|tmpfs)\b/.test(value),
  );
  return binds ? ecosystemNames.filter((ecosystem) => ecosystems[ecosystem].tools.test(source)) : [];
}

export function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
