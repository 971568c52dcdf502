import * as l10n from '@vscode/l10n';
import type { Problem, ProblemKind } from '../../common/known.ts';
import { isAbort, problemOf } from '../backend.ts';

export interface InTurn {
  /** What could not be done, and why, in order. */
  readonly failed: readonly { readonly name: string; readonly problem: Problem }[];
  /** How many were not tried, since one of the same repository failed for what they would fail for, too. */
  readonly untried: number;
}

/** Of the engine, the registry or the sign-in: what comes next would fail too, and make a registry that has had enough more angry. */
const lasting: ReadonlySet<ProblemKind> = new Set([
  'rateLimited',
  'unreachable',
  'unauthorized',
  'credentials',
  'certificate',
]);

interface Naming<T> {
  readonly name: (item: T) => string;
  /** The repository that it is in: one may be open to us where its neighbour is not. */
  readonly repository: (item: T) => string;
}

/** One after the other. One that fails does not keep the others back, unless they would fail alike. Throws only an abort. */
export async function inTurn<T>(
  items: readonly T[],
  { name: nameOf, repository: repositoryOf }: Naming<T>,
  work: (item: T, index: number) => Promise<unknown>,
): Promise<InTurn> {
  const failed: { name: string; problem: Problem }[] = [];
  const away = new Set<string>();
  let untried = 0;
  for (const [index, item] of items.entries()) {
    if (away.has(repositoryOf(item))) {
      untried += 1;
      continue;
    }
    const name = nameOf(item);
    try {
      await work(item, index);
    } catch (error) {
      if (isAbort(error)) throw error;
      const problem = problemOf(error, name);
      failed.push({ name, problem });
      if (lasting.has(problem.kind)) away.add(repositoryOf(item));
    }
  }
  return { failed, untried };
}

export function failedLines({ failed, untried }: InTurn): readonly string[] {
  return [
    ...failed.map(({ name, problem }) => `${name}: ${problem.message}`),
    ...(untried === 0 ? [] : [l10n.t('The rest was not tried: it would have failed alike.')]),
  ];
}
