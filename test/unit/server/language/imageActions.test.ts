import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, TextEdit } from 'vscode-languageserver-types';
import { failed, known } from '../../../../common/known.ts';
import { parse } from '../../../../server/language/dockerfile/parse.ts';
import {
  composeImages,
  dockerfileImages,
  type ImageFile,
  imageActions,
  resolveImageAction,
} from '../../../../server/language/imageActions.ts';
import { rangeOf } from '../../../../server/language/position.ts';
import { atCursor } from '../../../support/cursor.ts';
import { InMemoryImages } from '../../../support/inMemoryImages.ts';

const uri = 'file:///Dockerfile';
const old = `sha256:${'0'.repeat(64)}`;
const digest = `sha256:${'1'.repeat(64)}`;
const other = `sha256:${'2'.repeat(64)}`;
const { signal } = new AbortController();

function world(): InMemoryImages {
  const images = new InMemoryImages();
  for (const tag of ['22.11.0', '22.11.1', '22.12.0', '22.11.1-slim', '22', 'latest']) {
    images.digests.set(`docker.io/library/node:${tag}`, known(digest, 0));
  }
  images.tagsOf.set('node', known(['22.11.0', '22.11.1', '22.12.0', '22.11.1-slim', '22.12.0-slim'], 0));
  return images;
}
const told = (): InMemoryImages => {
  const images = world();
  images.told.set('node', ['22.11.0', '22.11.1', '22.12.0', '22.11.1-slim', '22.12.0-slim']);
  return images;
};

/** Node with the digests of its tags: the newest version is not what most people are to have. */
function released(digests: Readonly<Record<string, string>> = {}): InMemoryImages {
  const images = world();
  const tags = {
    latest: digest,
    '22': digest,
    '22.11': digest,
    '22.12.0': other,
    '22.11.1': digest,
    '22.11.1-slim': old,
  };
  const rows = Object.entries({ ...tags, ...digests }).map(([name, of]) => ({ name, digest: of }));
  images.tagsOf.set('node', known(rows, 0));
  return images;
}

const fileOf = (text: string): ImageFile =>
  text.startsWith('services:') ? composeImages(uri, text) : dockerfileImages(uri, parse(text));

function offered(marked: string, images = world(), lazy = true): readonly CodeAction[] {
  const { text, offset } = atCursor(marked);
  const file = fileOf(text);
  return imageActions(file, rangeOf(file, { start: offset, end: offset }), images, lazy);
}
const titles = (marked: string, images?: InMemoryImages, lazy?: boolean) =>
  offered(marked, images, lazy).map(({ title }) => title);

const applied = (text: string, edits: readonly TextEdit[]) =>
  TextDocument.applyEdits(TextDocument.create(uri, '', 1, text), [...edits]);

/** The file after the action whose title begins so, or what is said where it changes nothing. */
async function chosen(marked: string, title: string, images = world()): Promise<string> {
  const { text } = atCursor(marked);
  const action = offered(marked, images).find((each) => each.title.startsWith(title));
  assert.ok(action, titles(marked, images).join(', '));
  if (action.edit) return applied(text, action.edit.changes![uri]!);
  const outcome = await resolveImageAction(action, fileOf(text), images, signal);
  return outcome.kind === 'edit' ? applied(text, outcome.edits) : `${outcome.kind}: ${outcome.message}`;
}

describe('actions on an image', () => {
  it('are offered without asking anybody', () => {
    const images = world();
    assert.deepEqual(titles('FROM no<|>de:22.11.0', images), [
      'Pin node:22.11.0 to its digest',
      'Move 22.11.0 to the newest patch',
      'Move 22.11.0 to the newest minor version',
    ]);
    assert.deepEqual(images.asked, []);
  });
  it('say where they lead where that is known', () => {
    assert.deepEqual(titles('FROM no<|>de:22.11.0', told()), [
      'Pin node:22.11.0 to its digest',
      'Move to 22.11.1 (newer patch)',
      'Move to 22.12.0 (newer minor version)',
    ]);
  });
  it('are quick fixes of what is found for want of a version', () => {
    const { text, offset } = atCursor('FROM no<|>de');
    const file = fileOf(text);
    const range = rangeOf(file, { start: 5, end: 9 });
    const found = ['DL3006', 'DL3026'].map((code) => ({ range, code, message: '' }));
    const at = rangeOf(file, { start: offset, end: offset });
    const fixes = imageActions(file, at, world(), true, found).filter(({ kind }) => kind === 'quickfix');
    assert.deepEqual(
      fixes.map(({ title, diagnostics }) => [title, diagnostics]),
      [['Write the version that node is now', [found[0]]]],
    );
  });
  it('are not offered where there is nothing newer', () => {
    assert.deepEqual(titles('FROM no<|>de:22.12.0', told()), ['Pin node:22.12.0 to its digest']);
  });
  it('are there at the default of an argument too, each once', () => {
    assert.deepEqual(titles('ARG V=22.11<|>.0\nFROM node:$V AS a\nFROM node:$V', told()), [
      'Move to 22.11.1 (newer patch)',
      'Move to 22.12.0 (newer minor version)',
    ]);
    const two = fileOf('FROM node:22\nFROM node:22');
    const all = rangeOf(two, { start: 0, end: two.text.length });
    assert.equal(imageActions(two, all, world(), true).length, 2);
    assert.deepEqual(titles('ARG BASE=no<|>de:22\nFROM $BASE'), ['Pin node:22 to its digest']);
    assert.deepEqual(titles('ARG B<|>ASE=node:22\nARG X=node\nFROM $BASE'), []);
  });
  it('renew no digest that is known to be that of the tag', () => {
    const images = told();
    images.toldDigests.set('docker.io/library/node:22.12.0', digest);
    assert.deepEqual(titles(`FROM no<|>de:22.12.0@${digest}`, images), []);
    assert.deepEqual(titles(`FROM no<|>de:22.12.0@${old}`, images), ['Update the digest of node:22.12.0']);
  });
  it('are those that need no registry where the client asks for no edits', () => {
    assert.deepEqual(titles('FROM no<|>de:22.11.0', told(), false), [
      'Move to 22.11.1 (newer patch)',
      'Move to 22.12.0 (newer minor version)',
    ]);
    assert.deepEqual(titles('FROM no<|>de:22.11.0', world(), false), []);
  });
  for (const [title, text] of [
    ['a stage', 'FROM node:22 AS a\nFROM <|>a'],
    ['the empty image', 'FROM scr<|>atch'],
    ['another word of the line', 'FROM node:22.11.0 AS na<|>me'],
    ['a reference that only a build knows', 'ARG V\nFROM node:$<|>V'],
    ['a variable that names two repositories', 'ARG V=22.11.0\nFROM node:$<|>V AS a\nFROM python:$V'],
    ['a variable that is part of another tag', 'ARG B=node:22.11.0\nFROM $<|>B AS a\nFROM $B-slim'],
    ['a variable whose other image is pinned', `ARG V=22.11.0\nFROM node:$<|>V AS a\nFROM node:$V@${old}`],
    ['a name of which a variable is a part', 'services:\n  a:\n    image: no<|>de${X:--x}:22.11.0'],
    ['a reference over several lines', 'FROM no\\\n<|>de:22.11.0'],
  ] as const) {
    it(`are not offered for ${title}`, () => assert.deepEqual(titles(text), []));
  }

  describe('do what they say:', () => {
    const cases: readonly (readonly [title: string, before: string, action: string, after: string])[] = [
      ['pin', 'FROM no<|>de:22.11.0 AS a', 'Pin', `FROM node:22.11.0@${digest} AS a`],
      ['pin what is quoted', 'FROM "no<|>de:22" AS a', 'Pin', `FROM "node:22@${digest}" AS a`],
      ['pin what has no tag', 'FROM no<|>de', 'Pin', `FROM node:latest@${digest}`],
      [
        'pin what files are copied from',
        'FROM a\nCOPY --from=<|>node:22 a b',
        'Pin',
        `FROM a\nCOPY --from=node:22@${digest} a b`,
      ],
      [
        'pin what is mounted',
        'FROM a\nRUN --mount=from=<|>node:22,target=/a b',
        'Pin',
        `FROM a\nRUN --mount=from=node:22@${digest},target=/a b`,
      ],
      ['pin an ARG', 'ARG BASE=node:22\nFROM $<|>BASE', 'Pin', `ARG BASE=node:22@${digest}\nFROM $BASE`],
      ['update a digest', `FROM no<|>de:22@${old}`, 'Update', `FROM node:22@${digest}`],
      [
        'update a digest in an ARG',
        `ARG BASE=node:22@${old}\nFROM \${BA<|>SE}`,
        'Update',
        `ARG BASE=node:22@${digest}\nFROM \${BASE}`,
      ],
      [
        'update a digest behind a variable',
        `ARG V=22\nFROM node:$<|>V@${old} AS a`,
        'Update',
        `ARG V=22\nFROM node:$V@${digest} AS a`,
      ],
      [
        'update a digest behind a variable of a compose file',
        `services:\n  a:\n    image: no<|>de:\${TAG:-22}@${old}`,
        'Update',
        `services:\n  a:\n    image: node:\${TAG:-22}@${digest}`,
      ],
      [
        'move what a variable of a compose file is by default',
        'services:\n  a:\n    image: no<|>de:${TAG:-22.11.0}-slim',
        'Move 22.11.0-slim to the newest patch',
        'services:\n  a:\n    image: node:${TAG:-22.11.1}-slim',
      ],
      [
        'pin what a variable of a compose file is by default',
        'services:\n  a:\n    image: "${IMA<|>GE:-node:22}"',
        'Pin',
        `services:\n  a:\n    image: "\${IMAGE:-node:22@${digest}}"`,
      ],
      ['move to the newest patch', 'FROM no<|>de:22.11.0', 'Move 22.11.0 to the newest patch', 'FROM node:22.11.1'],
      [
        'move to the newest minor version',
        'FROM no<|>de:22.11.0',
        'Move 22.11.0 to the newest minor',
        'FROM node:22.12.0',
      ],
      [
        'move with the digest',
        `FROM no<|>de:22.11.0@${old}`,
        'Move 22.11.0 to the newest patch',
        `FROM node:22.11.1@${digest}`,
      ],
      [
        'move the version that an ARG is',
        'ARG V=22.11.0\nFROM node:${<|>V}-slim',
        'Move 22.11.0-slim to the newest patch',
        'ARG V=22.11.1\nFROM node:${V}-slim',
      ],
      [
        'move the tag that an ARG is, for all who use it',
        'ARG V=22.11.0\nFROM node:$<|>V\nFROM node:$V',
        'Move 22.11.0 to the newest patch',
        'ARG V=22.11.1\nFROM node:$V\nFROM node:$V',
      ],
      [
        'move in a compose file',
        'services:\n  web:\n    image: "no<|>de:22.11.0"',
        'Move 22.11.0 to the newest patch',
        'services:\n  web:\n    image: "node:22.11.1"',
      ],
    ];
    for (const [title, before, action, after] of cases) {
      it(title, async () => assert.equal(await chosen(before, action), after));
    }
    it('write the version that latest is, by the digests that the list has', async () =>
      assert.equal(await chosen('FROM no<|>de', 'Write', released()), 'FROM node:22.11.1'));
    it('write the version that latest is, by asking for digests', async () => {
      const images = world();
      images.digests.set('docker.io/library/node:22.12.0', known(other, 0));
      const before = 'ARG BASE=node:latest\nFROM $<|>BASE';
      assert.equal(await chosen(before, 'Write', images), 'ARG BASE=node:22.11.1\nFROM $BASE');
    });
    it('move to what was told', async () => {
      assert.equal(await chosen('FROM no<|>de:22.11.0-slim', 'Move to 22.12.0-slim', told()), 'FROM node:22.12.0-slim');
    });
  });

  describe('say why they change nothing:', () => {
    const away = failed({
      kind: 'unreachable',
      subject: 'docker.io',
      message: 'docker.io is away.',
      next: 'Try again.',
    });
    it('the registry fails at the digest', async () => {
      const images = world();
      images.digests.set('docker.io/library/node:22', away);
      assert.equal(await chosen('FROM no<|>de:22', 'Pin', images), 'problem: docker.io is away. Try again.');
    });
    it('the registry fails at the tags', async () => {
      const images = world();
      images.tagsOf.set('node', away);
      assert.equal(await chosen('FROM no<|>de:22.11.0', 'Move', images), 'problem: docker.io is away. Try again.');
    });
    it('nothing is newer', async () => {
      const images = world();
      images.tagsOf.set('node', known(['22.11.0'], 0));
      const message = 'nothing: docker.io has no newer patch of node:22.11.0.';
      assert.equal(await chosen('FROM no<|>de:22.11.0', 'Move', images), message);
    });
    it('the digest is the same', async () => {
      const message = 'nothing: The digest of node:22 is up to date.';
      assert.equal(await chosen(`FROM no<|>de:22@${digest}`, 'Update'), message);
    });
    it('the file is another', async () => {
      const [action] = offered('FROM no<|>de:22');
      const outcome = await resolveImageAction(action!, fileOf('FROM node:24'), world(), signal);
      assert.equal(outcome.kind, 'nothing');
    });
    it('no version is certain to be the latest', async () => {
      const message = 'nothing: No version at docker.io is certain to be what node is.';
      assert.equal(await chosen('FROM no<|>de', 'Write', released({ latest: `sha256:${'3'.repeat(64)}` })), message);
    });
    it('the data is not ours', async () => {
      const action = { title: '', data: { image: { uri, action: 'constructor', start: 5, reference: 'x' } } };
      assert.equal((await resolveImageAction(action, fileOf('FROM node:24'), world(), signal)).kind, 'nothing');
    });
  });
});
