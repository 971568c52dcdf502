import assert from 'node:assert/strict';
import { isLoopback, refusal } from '../../../../server/registries/address.ts';

describe('isLoopback', () => {
  it('knows this machine by each of its names', () => {
    for (const name of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]', 'app.localhost'])
      assert(isLoopback(name), name);
    for (const name of ['example.com', '128.0.0.1', '10.0.0.1', 'localhost.example', '[::2]'])
      assert(!isLoopback(name), name);
  });
});

describe('refusal', () => {
  const cases: readonly (readonly [registry: string, target: string, allowed: boolean])[] = [
    ['https://r.example', 'https://auth.example/token', true],
    ['https://r.example', 'http://auth.example/token', false],
    ['https://r.example', 'https://169.254.169.254/latest', false],
    ['https://r.example', 'https://10.0.0.1/token', false],
    ['https://r.example', 'https://[fd00::1]/token', false],
    ['https://r.example', 'https://[::ffff:127.0.0.1]/token', false],
    ['https://r.example', 'https://localhost:8443/token', false],
    ['https://r.example', 'https://0x7f.1/token', false],
    ['https://10.0.0.1', 'https://10.0.0.1:8443/token', true],
    ['https://10.0.0.1', 'https://10.0.0.2/token', false],
    ['http://127.0.0.1:5000', 'http://localhost:5001/token', true],
    ['http://127.0.0.1:5000', 'http://auth.example/token', true],
    ['https://r.example', 'file:///etc/passwd', false],
    ['https://r.example', 'ftp://auth.example', false],
  ];
  for (const [registry, target, allowed] of cases) {
    it(`${allowed ? 'lets' : 'does not let'} ${registry} send us to ${target}`, () => {
      assert.equal(refusal(new URL(target), new URL(registry)) === undefined, allowed);
    });
  }
});
