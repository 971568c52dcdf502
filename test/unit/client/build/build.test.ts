import assert from 'node:assert/strict';
import { buildLog } from '../../../../client/build/log.ts';
import { contextChoices, isDockerfile, isTag, suggestTag } from '../../../../client/build/names.ts';
import { buildOf } from '../../../../client/build/spec.ts';
import type { BuildProgress } from '../../../../common/protocol.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
const plain = (text: string) => text.replaceAll(/\u001b\[[\d;]*m/g, '').replaceAll(/[^\n]*\r\u001b\[2K/g, '');

describe('suggestTag', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['/home/me/shop', 'shop:latest'],
    ['/home/me/My Shop (2)', 'my-shop-2:latest'],
    ['/home/me/a__b..c', 'a-b-c:latest'],
    ['/home/me/.hidden', 'hidden:latest'],
    ['/', 'image:latest'],
    ['/home/me/über', 'ber:latest'],
  ];
  for (const [folder, tag] of cases) {
    it(`calls the image of ${folder} ${tag}`, () => {
      assert.equal(suggestTag(folder), tag);
      assert.ok(isTag(tag));
    });
  }
});

describe('isTag', () => {
  it('accepts what an engine accepts and refuses what it refuses', () => {
    for (const good of ['app', 'team/app:1.0', '127.0.0.1:5000/team/app:1.0_x-y', 'ghcr.io/Owner'.toLowerCase()]) {
      assert.ok(isTag(good), good);
    }
    for (const bad of [
      'a'.repeat(256),
      'team-/app',
      '',
      'App',
      'app:',
      'app:.x',
      '/app',
      'app/',
      'a b',
      `app:${'x'.repeat(129)}`,
    ])
      assert.ok(!isTag(bad), bad);
  });
});

describe('isDockerfile', () => {
  it("does not take a Dockerfile's ignore file for one", () => {
    assert.ok(isDockerfile('/w/Dockerfile.dev'));
    assert.ok(!isDockerfile('/w/Dockerfile.dockerignore'));
  });
});

describe('contextChoices', () => {
  it("offers the Dockerfile's folder, then the workspace's where it is another", () => {
    assert.deepEqual(contextChoices('/w/app/Dockerfile', '/w'), ['/w/app', '/w']);
    assert.deepEqual(contextChoices('/w/Dockerfile', '/w'), ['/w']);
    assert.deepEqual(contextChoices('/w/Dockerfile', undefined), ['/w']);
  });
});

describe('buildOf a task', () => {
  it('takes paths from the workspace folder and the context from the Dockerfile', () => {
    assert.deepEqual(buildOf({ dockerfile: 'app/Dockerfile' }, '/w'), {
      dockerfile: '/w/app/Dockerfile',
      context: '/w/app',
      tags: ['app:latest'],
    });
    const all = {
      dockerfile: '/x/Dockerfile',
      context: '.',
      tags: ['a:1'],
      target: 't',
      buildArgs: { A: '1' },
      noCache: true,
    };
    assert.deepEqual(buildOf(all, '/w'), { ...all, context: '/w' });
  });
});

describe('buildLog', () => {
  const show = (values: readonly BuildProgress[]) => {
    const log = buildLog('MB');
    return plain(values.map((value) => log.progress(value)).join(''));
  };
  const running = (id: string, name: string): BuildProgress => ({ kind: 'step', id, name, state: 'running' });

  it('shows a step when it starts and when it ends, its output under it', () => {
    assert.equal(
      show([
        running('1', '[1/2] FROM busybox'),
        { kind: 'step', id: '1', name: '[1/2] FROM busybox', state: 'cached' },
        running('2', '[2/2] RUN make'),
        { kind: 'log', id: '2', text: 'cc a.c\ncc b.c\n' },
        { kind: 'step', id: '2', name: '[2/2] RUN make', state: 'failed', seconds: 1.25 },
      ]),
      ['✔ [1/2] FROM busybox cached', '● [2/2] RUN make', '  │ cc a.c', '  │ cc b.c', '✖ [2/2] RUN make 1.3s', ''].join(
        '\n',
      ),
    );
  });

  it('says whose output it is when steps run at the same time', () => {
    assert.equal(
      show([
        running('1', 'A'),
        running('2', 'B'),
        { kind: 'log', id: '1', text: 'x' },
        { kind: 'log', id: '1', text: 'y' },
      ]),
      '● A\n● B\n… A\n  │ x\n  │ y\n',
    );
  });

  it('tells a state once, however often it is sent', () => {
    assert.equal(show([running('1', 'A'), running('1', 'A')]), '● A');
    const done = { kind: 'step', id: '1', name: 'A', state: 'done' } as const;
    assert.equal(show([running('1', 'A'), done, running('1', 'A'), done]), '✔ A\n');
  });

  it('names what runs now, for the notification', () => {
    const log = buildLog('MB');
    log.progress(running('1', 'A'));
    log.progress(running('2', 'B'));
    log.progress({ kind: 'step', id: '1', name: 'A', state: 'done', seconds: 1 });
    log.progress({ kind: 'transfer', id: 't', name: 'context', current: 1_500_000 });
    assert.equal(log.current, 'B · context 1.5 MB');
  });

  it('lets no name of a step move the cursor', () => {
    assert.equal(show([running('1', 'RUN a\n\u001b[2Jb')]), '● RUN a [2Jb');
  });

  it('ends with the size, or with why it failed', () => {
    const log = buildLog('MB');
    assert.equal(
      plain(log.end({ kind: 'built', imageId: 'sha256:a', tags: ['app:1'], seconds: 3.21, bytes: 12_300_000 })),
      '\nBuilt app:1 in 3.2 s\nimage 12.3 MB\n',
    );
    assert.equal(plain(log.end({ kind: 'failed', message: 'exit code 2' })), '\nBuild failed: exit code 2\n');
  });
});
