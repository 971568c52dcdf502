import { factOf } from '../../factOf.ts';

/** What can set a package manager up for what comes behind it: by a variable, a command or a file. */
export const configurers: readonly string[] = ['ADD', 'ARG', 'COPY', 'ENV', 'RUN', 'ONBUILD'];

/** Whether an instruction sets one up in a way that `pattern` finds. */
export function configuredBy(pattern: RegExp): ReturnType<typeof factOf<boolean>> {
  return factOf(({ keyword, source }) => configurers.includes(keyword) && pattern.test(source));
}
