/** Lets code of the client be imported without a window: what it takes for VS Code is `fakeVscode.ts`. For `module.register`. */
export async function resolve(specifier, context, next) {
  if (specifier !== 'vscode') return next(specifier, context);
  return { url: new URL('./fakeVscode.ts', import.meta.url).href, shortCircuit: true };
}
