import assert from 'node:assert/strict';
import { connectionError, connectionProblem, statusError } from '../../../../server/engine/engineProblem.ts';

const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });

describe('connectionProblem', () => {
  for (const [code, kind] of [
    ['ENOENT', 'unreachable'],
    ['ECONNREFUSED', 'unreachable'],
    ['EACCES', 'unreachable'],
    ['EPERM', 'unreachable'],
    ['ETIMEDOUT', 'timeout'],
    ['HPE_INVALID_CONSTANT', 'badAnswer'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
    ['CERT_HAS_EXPIRED', 'certificate'],
    ['ESOMETHING', 'unreachable'],
  ] as const) {
    it(`${code} is ${kind}`, () => assert.equal(connectionProblem(withCode(code), 'x').kind, kind));
  }
  it('tells how to be allowed to use the socket', () => {
    assert.match(String(connectionProblem(withCode('EACCES'), 'x').next), /docker/);
    const pipe = connectionProblem(withCode('EPERM'), 'npipe:////./pipe/docker_engine');
    assert.match(String(pipe.next), /^Join the group docker-users,/);
  });
  it('looks into the attempts at several addresses of one host', () => {
    const both = new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]);
    assert.equal(connectionProblem(both, 'x').message, 'Nothing listens there.');
  });
  it('hands on what ssh said', () => {
    assert.match(connectionProblem(withCode('ESSH', 'Permission denied (publickey).'), 'x').message, /publickey/);
  });
  it('leaves an abort an abort', () => {
    const abort = new DOMException('aborted', 'AbortError');
    assert.equal(connectionError(abort, 'x'), abort);
  });
});

describe('statusError', () => {
  for (const [status, kind] of [
    [404, 'notFound'],
    [409, 'conflict'],
    [401, 'unauthorized'],
    [403, 'denied'],
    [500, 'internal'],
    [501, 'unsupported'],
  ] as const) {
    it(`${status} is ${kind}`, () => {
      const { problem } = statusError(status, '{"message":"what the engine says"}', 'x');
      assert.deepEqual([problem.kind, problem.message], [kind, 'what the engine says.']);
    });
  }
  it('says that TLS is missing', () => {
    const { problem } = statusError(400, 'Client sent an HTTP request to an HTTPS server.\n', 'x');
    assert.deepEqual([problem.kind, problem.message], ['certificate', 'The engine wants TLS.']);
  });
  it('shows nothing of a page that is not the engine’s', () => {
    assert.equal(statusError(502, '<script>', 'x').problem.message, 'The engine answered with status 502.');
  });
});
