import type { Dockerfile } from '../dockerfile/dockerfile.ts';

/**
 * Which build checks the file's own `# check=skip=A,B;error=true` directive leaves out; `all` stands for every one.
 * Names are case-sensitive. Source: ParseLintOptions in BuildKit's linter.go.
 */
export function skippedChecks(dockerfile: Dockerfile): (name: string) => boolean {
  const directive = dockerfile.directives.find(({ name }) => name === 'check');
  for (const option of directive?.value.split(';') ?? []) {
    const [key, names = ''] = option.split('=');
    if (key!.trim() !== 'skip') continue;
    if (names.trim() === 'all') return () => true;
    const skipped = new Set(names.split(',').map((name) => name.trim()));
    return (name) => skipped.has(name);
  }
  return () => false;
}
