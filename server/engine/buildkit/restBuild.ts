export async function buildOverRest(..._: unknown[]): Promise<never> {
  throw new Error('todo');
}
