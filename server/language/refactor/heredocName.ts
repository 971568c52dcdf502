import type { Dockerfile } from '../dockerfile/dockerfile.ts';

/** A name that none of the lines would end. */
export function heredocName(body: string): string {
  const lines = new Set(body.split('\n'));
  let name = 'EOF';
  for (let count = 1; lines.has(name); count++) name = `EOF${count}`;
  return name;
}

/** Whether the frontend that the file asks for is one that reads heredocs: docker/dockerfile has since 1.4, and 1.3-labs. */
export function readsHeredocs({ directives }: Dockerfile): boolean {
  const syntax = directives.find(({ name }) => name === 'syntax')?.value ?? '';
  return !/\bdocker\/dockerfile(?:-upstream)?:1\.[0-3](?![\d]|.*labs)/.test(syntax);
}
