import assert from 'node:assert/strict';
import { underInspector } from '../../../../client/debug/node.ts';

const flag = '--inspect-brk=0.0.0.0:9229';

/** The process that runs in the end, as one list; or why none does. */
function words(entrypoint: readonly string[], command: readonly string[]): readonly string[] | string {
  const rewritten = underInspector({ entrypoint, command });
  return rewritten.kind === 'node' ? [...rewritten.entrypoint, ...rewritten.command] : rewritten.message;
}

describe('underInspector', () => {
  it('starts node with the flag', () => {
    assert.deepEqual(words([], ['node', 'server.js']), ['node', flag, 'server.js']);
    assert.deepEqual(words([], ['/usr/local/bin/node', 'a.js', '--port', '1']), [
      '/usr/local/bin/node',
      flag,
      'a.js',
      '--port',
      '1',
    ]);
    assert.deepEqual(words(['nodejs'], ['a.js']), ['nodejs', flag, 'a.js']);
  });

  it('keeps the entrypoint of the official images, and other wrappers', () => {
    const rewritten = underInspector({ entrypoint: ['docker-entrypoint.sh'], command: ['node', 'a.js'] });
    assert.deepEqual(rewritten, {
      kind: 'node',
      entrypoint: ['docker-entrypoint.sh'],
      command: ['node', flag, 'a.js'],
    });
    assert.deepEqual(words(['/sbin/tini', '-g', '--'], ['node', 'a.js']), [
      '/sbin/tini',
      '-g',
      '--',
      'node',
      flag,
      'a.js',
    ]);
    assert.deepEqual(words(['dumb-init', 'node'], ['a.js']), ['dumb-init', 'node', flag, 'a.js']);
    assert.deepEqual(words(['su-exec', 'app:app'], ['node', 'a.js']), ['su-exec', 'app:app', 'node', flag, 'a.js']);
    assert.deepEqual(words(['env', 'NODE_ENV=test'], ['node', 'a.js']), ['env', 'NODE_ENV=test', 'node', flag, 'a.js']);
  });

  it("keeps node's other options, and drops an inspector that was there", () => {
    assert.deepEqual(words([], ['node', '--inspect=9300', '--enable-source-maps', '-r', 'dotenv/config', 'a.js']), [
      'node',
      flag,
      '--enable-source-maps',
      '-r',
      'dotenv/config',
      'a.js',
    ]);
    assert.deepEqual(words([], ['node', 'a.js', '--inspect']), ['node', flag, 'a.js', '--inspect']);
  });

  it('finds node in the shell form', () => {
    assert.deepEqual(words([], ['/bin/sh', '-c', 'node server.js']), ['/bin/sh', '-c', `node ${flag} server.js`]);
    assert.deepEqual(words(['/bin/sh', '-c'], ['exec node server.js']), [
      '/bin/sh',
      '-c',
      `exec node ${flag} server.js`,
    ]);
    assert.deepEqual(words(['docker-entrypoint.sh'], ['/bin/sh', '-c', 'cd /srv && PORT=1 node --inspect a.js']), [
      'docker-entrypoint.sh',
      '/bin/sh',
      '-c',
      `cd /srv && PORT=1 node ${flag} a.js`,
    ]);
  });

  it('debugs the last of several: what comes before it prepares', () => {
    assert.deepEqual(words([], ['sh', '-c', 'node migrate.js && node server.js']), [
      'sh',
      '-c',
      `node migrate.js && node ${flag} server.js`,
    ]);
  });

  it('does not take a word for the program', () => {
    assert.match(String(words([], ['sh', '-c', 'echo node server.js'])), /no Node program/);
    assert.match(String(words([], ['cp', 'node', '/bin'])), /no Node program/);
  });

  it('explains what starts through a launcher', () => {
    assert.match(String(words([], ['npm', 'start'])), /through npm \("npm start"\)/);
    assert.match(String(words(['docker-entrypoint.sh'], ['yarn', 'dev'])), /through yarn/);
    assert.match(String(words([], ['/bin/sh', '-c', 'npm run build && npm start'])), /through npm/);
    assert.match(String(words([], ['npx', 'tsx', 'a.ts'])), /through npx/);
  });

  it('explains an image that runs nothing of the user', () => {
    assert.match(String(words(['docker-entrypoint.sh'], ['node'])), /without a program/);
    assert.match(String(words([], ['node', '-e', 'console.log(1)'])), /without a program/);
    assert.match(String(words([], [])), /no command/);
    assert.match(String(words([], ['/app/server'])), /no Node program/);
  });

  it('always says what to do instead', () => {
    const refused = underInspector({ entrypoint: [], command: ['npm', 'start'] });
    assert.ok(refused.kind === 'refused' && refused.next.includes('"command": ["node", "server.js"]'));
  });
});
