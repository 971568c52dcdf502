/** What came of asking a token server, and what the token allows. */
import type { Located } from '../../util/credential.ts';
import { array, fields, strings, text } from '../../util/json.ts';
import { claimsOf, parseToken } from '../token.ts';
import type { Exchange } from './recorder.ts';
import { type Finding, ok, plain, skipped } from './steps.ts';

export interface TokenLook {
  readonly host: string;
  readonly scheme: 'bearer' | 'basic' | undefined;
  readonly located: Located | undefined;
  /** With the token server, in order. */
  readonly exchanges: readonly Exchange[];
  /** What it was asked for; undefined for nothing in particular. */
  readonly repository: string | undefined;
  readonly now: number;
}

/** Undefined where there is none though one is wanted: why, is for what was asked with it to say. */
export function tokenFinding({ host, scheme, located, exchanges, repository, now }: TokenLook): Finding | undefined {
  if (scheme === undefined) return skipped('None is needed.');
  if (scheme === 'basic') return skipped('None: the password goes along with each request.');
  if (located?.credential.kind === 'registryToken') return skipped('None: what was found goes along as it is.');
  const last = exchanges.at(-1);
  const token = last?.response.status === 200 ? parseToken(last.response.body, now) : undefined;
  if (token === undefined) return undefined;
  const { access } = claimsOf(token.value);
  if (access === undefined || repository === undefined) {
    return ok(access === undefined ? 'There is one; it does not say what it allows.' : 'There is one.');
  }
  const granted = array(access)
    .map(fields)
    .filter(({ type, name }) => type === 'repository' && name === repository)
    .flatMap(({ actions }) => strings(actions).map(plain));
  if (granted.includes('pull') || granted.includes('*')) return ok(`It allows ${granted.join(', ')} of ${repository}.`);
  const who = located === undefined ? 'Anybody' : text(fields(located.credential)['username']) || 'This account';
  return {
    state: 'warning',
    detail: `It does not allow to pull ${repository}, though that was asked for.`,
    next:
      located === undefined
        ? `${who} may not read it: sign in, in the Registries view or with: docker login ${host}`
        : `${who} may not read it: check the name, ask its owner for access, or give the token more rights.`,
  };
}
