import assert from 'node:assert/strict';
import { transferError } from '../../../../server/engine/transfer.ts';

const subject = 'registry.example:5000/team/app:1';

describe('transferError', () => {
  for (const [message, kind, next] of [
    ['no basic auth credentials', 'unauthorized', /^Sign in/],
    ['unauthorized: authentication required', 'unauthorized', /^Sign in/],
    ['denied: requested access to the resource is denied', 'denied', /as someone who may/],
    ['pull access denied for app, repository does not exist', 'notFound', /Check the name/],
    ['manifest for app:9 not found: manifest unknown: manifest unknown', 'notFound', /Check the name/],
    ["name unknown: The repository with name 'app' does not exist in the registry", 'notFound', /Check the name/],
    ['An image does not exist locally with the tag: app', 'notFound', /Build or pull it first/],
    ['unsupported media type application/vnd.cncf.helm.config.v1+json', 'unsupported', /no container image/],
    ['toomanyrequests: You have reached your pull rate limit', 'rateLimited', undefined],
    [
      'Get "https://r/v2/": tls: failed to verify certificate: x509: unknown authority',
      'certificate',
      /registry\.example:5000\/ca/,
    ],
    ['Get "https://r/v2/": http: server gave HTTP response to HTTPS client', 'unreachable', /insecure-registries/],
    ['Get "https://r/v2/": dial tcp: lookup r: no such host', 'unreachable', /engine's machine/],
    ['something else', 'internal', undefined],
  ] as const) {
    it(`takes "${message}" for ${kind}`, () => {
      const { problem } = transferError(message, subject);
      assert.deepEqual([problem.kind, problem.subject, problem.message], [kind, subject, `${message}.`]);
      if (next === undefined) assert.equal(problem.next, undefined);
      else assert.match(problem.next ?? '', next);
    });
  }
});
