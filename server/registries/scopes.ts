/**
 * One way to write a set of scopes, so that the same rights are asked for once: sorted, a resource once, with all actions
 * that anybody wants of it, sorted too. A name may hold colons (a port), so a scope is cut at its first and its last.
 * Source: distribution, docs/content/spec/auth/scope.md.
 */
export function joinScopes(scopes: readonly string[]): readonly string[] {
  const actions = new Map<string, Set<string>>();
  const others = new Set<string>();
  for (const scope of scopes.filter((each) => each !== '')) {
    const [first, last] = [scope.indexOf(':'), scope.lastIndexOf(':')];
    if (first === last) {
      others.add(scope); // not of the grammar: `*`
      continue;
    }
    const resource = scope.slice(0, last);
    const wanted = actions.get(resource) ?? new Set();
    for (const action of scope.slice(last + 1).split(',')) wanted.add(action);
    actions.set(resource, wanted);
  }
  const joined = [...actions].map(([resource, wanted]) => `${resource}:${[...wanted].sort().join(',')}`);
  return [...others, ...joined].sort();
}
