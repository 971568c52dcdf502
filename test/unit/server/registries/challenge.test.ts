import assert from 'node:assert/strict';
import { chooseChallenge, parseChallenges } from '../../../../server/registries/challenge.ts';

const read = (header: string | readonly string[] | undefined) =>
  parseChallenges(header).map(({ scheme, parameters }) => ({ scheme, ...Object.fromEntries(parameters) }));

describe('parseChallenges', () => {
  it('reads the usual one', () => {
    assert.deepEqual(
      read('Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"'),
      [
        {
          scheme: 'bearer',
          realm: 'https://auth.example/token',
          service: 'registry.example',
          scope: 'repository:a/b:pull,push',
        },
      ],
    );
  });

  it('takes any order, blanks around, and what is missing', () => {
    assert.deepEqual(read('Bearer  scope="s" , realm = "r"'), [{ scheme: 'bearer', scope: 's', realm: 'r' }]);
    assert.deepEqual(read('Bearer'), [{ scheme: 'bearer' }]);
  });

  it('reads two challenges in one header, as Codeberg sends them', () => {
    assert.deepEqual(read('Bearer realm="https://c/token",service="c",scope="*",Basic realm="https://c"'), [
      { scheme: 'bearer', realm: 'https://c/token', service: 'c', scope: '*' },
      { scheme: 'basic', realm: 'https://c' },
    ]);
  });

  it('reads several headers', () => {
    assert.deepEqual(read(['Negotiate', 'Basic realm="x"']), [
      { scheme: 'negotiate' },
      { scheme: 'basic', realm: 'x' },
    ]);
  });

  it('takes BASIC for Basic and bare values for quoted ones', () => {
    assert.deepEqual(read('BASIC Realm=Nexus'), [{ scheme: 'basic', realm: 'Nexus' }]);
    assert.deepEqual(read('Bearer realm=https://a/b?c=d,service=x'), [
      { scheme: 'bearer', realm: 'https://a/b?c=d', service: 'x' },
    ]);
  });

  it('passes over a token68 and reads what follows', () => {
    assert.deepEqual(read('Negotiate YIIabc+/==, Basic realm="x"'), [
      { scheme: 'negotiate' },
      { scheme: 'basic', realm: 'x' },
    ]);
  });

  it('undoes escapes and keeps commas and words inside quotes', () => {
    assert.deepEqual(read('Basic realm="a \\"b\\", Bearer realm=c"'), [
      { scheme: 'basic', realm: 'a "b", Bearer realm=c' },
    ]);
  });

  it('survives nothing, noise and half a header', () => {
    assert.deepEqual(read(undefined), []);
    assert.deepEqual(read(''), []);
    assert.deepEqual(read('"" ,, ='), []);
    assert.deepEqual(read('Bearer realm="https://auth'), [{ scheme: 'bearer', realm: 'https://auth' }]);
    assert.equal(parseChallenges('a,'.repeat(8000)).length, 8000);
  });
});

describe('chooseChallenge', () => {
  it('prefers a usable Bearer, then Basic', () => {
    assert.equal(chooseChallenge(parseChallenges('Basic realm="b", Bearer realm="r"'))?.scheme, 'bearer');
    assert.equal(chooseChallenge(parseChallenges('Bearer service="s", Basic realm="b"'))?.scheme, 'basic');
    assert.equal(chooseChallenge(parseChallenges('Negotiate')), undefined);
  });
});
