import assert from 'node:assert/strict';
import { testRegistries } from '../support/testBed.ts';

const head = (address: string, headers: Record<string, string> = {}) => fetch(`http://${address}/v2/`, { headers });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

describe('The registries of the test bed', () => {
  it('let anyone into the open one', async () => {
    assert.equal((await head(testRegistries().open)).status, 200);
  });

  it('challenge without credentials', async () => {
    const answer = await head(testRegistries().basic);
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic realm="gantry-test"/);
  });

  it('refuse a wrong password and take the right one', async () => {
    const { basic: address, user, password } = testRegistries();
    assert.equal((await head(address, basic(user, `${password}?`))).status, 401);
    assert.equal((await head(address, basic(user, password))).status, 200);
  });
});
