import assert from 'node:assert/strict';
import { parseToken } from '../../../../server/registries/token.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
const lifetime = (answer: object) => parseToken(Buffer.from(JSON.stringify(answer)), now)?.lifetimeMs;
const inSeconds = (seconds: number) => now / 1000 + seconds;

describe('the lifetime of a token', () => {
  for (const [name, answer, expected] of [
    ['is what the server says, less ten seconds', { token: 'x', expires_in: 300 }, 290_000],
    ['is a minute where nobody says', { token: 'x' }, 50_000],
    ['is never less than a minute by the word of the server', { token: 'x', expires_in: 5 }, 50_000],
    ['is a day at most', { token: 'x', expires_in: 1e9 }, 86_390_000],
    [
      'is what stands in the token where the server does not say',
      { access_token: jwt({ exp: inSeconds(4500) }) },
      4_490_000,
    ],
    ['is nothing for a token that has run out', { access_token: jwt({ exp: inSeconds(-5) }) }, 0],
    ['is a minute for a token that says nonsense', { access_token: jwt({ exp: 'soon' }) }, 50_000],
    [
      'is what the server says before what stands in the token',
      { token: jwt({ exp: inSeconds(9) }), expires_in: 300 },
      290_000,
    ],
  ] as const) {
    it(name, () => assert.equal(lifetime(answer), expected));
  }

  it('is asked of no answer without a token', () => {
    for (const body of ['', '[]', '{"token":1}', '{"token":"a b"}', '{"refresh_token":"x"}']) {
      assert.equal(parseToken(Buffer.from(body), now), undefined, body);
    }
    assert.equal(parseToken(Buffer.from('{"refresh_token":"x"}'), now, ['refresh_token'])?.value, 'x');
  });
});
