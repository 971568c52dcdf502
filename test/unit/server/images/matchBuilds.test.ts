import assert from 'node:assert/strict';
import { agreement, canBeOf, isBuildOf } from '../../../../server/images/matchBuilds.ts';

const text = 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n';

describe('isBuildOf', () => {
  const document = { path: '/projects/app/Dockerfile', text };

  it('goes by the path where it is known, whatever the text', () => {
    assert.equal(isBuildOf(document, { path: '/projects/app/Dockerfile', text: 'FROM other\n' }), true);
    assert.equal(isBuildOf(document, { path: '/projects/other/Dockerfile', text }), false);
    assert.equal(isBuildOf({ text }, { path: '/projects/app/Dockerfile', text }), false);
  });

  it('goes by the text otherwise, when name and folder do not contradict', () => {
    assert.equal(isBuildOf(document, { filename: 'Dockerfile', text }), true);
    assert.equal(isBuildOf(document, { filename: 'Dockerfile', folder: 'app', text }), true);
    assert.equal(isBuildOf(document, { filename: 'web.Dockerfile', text }), false);
    assert.equal(isBuildOf(document, { filename: 'Dockerfile', folder: 'web', text }), false);
  });

  it('wants the texts to agree in more than their FROM', () => {
    assert.equal(isBuildOf(document, { text: text.replace('RUN npm run build', 'RUN npm test') }), true);
    assert.equal(isBuildOf(document, { text: 'FROM node:22\nWORKDIR /app\nCOPY src .\nRUN yarn\n' }), false);
    assert.equal(isBuildOf({ text: 'FROM node:22\n' }, { text: 'FROM node:22\n# x\n' }), false);
  });
});

describe('canBeOf', () => {
  it('says no before any text is read where path, name or folder do', () => {
    assert.equal(canBeOf('/a/Dockerfile', { path: '/b/Dockerfile' }), false);
    assert.equal(canBeOf(undefined, { path: '/b/Dockerfile' }), false);
    assert.equal(canBeOf('/a/Dockerfile', { filename: 'web.Dockerfile' }), false);
    assert.equal(canBeOf('/a/Dockerfile', { filename: 'x/Dockerfile' }), true);
    assert.equal(canBeOf(undefined, { filename: 'Dockerfile' }), true);
  });
});

describe('agreement', () => {
  it('is 1 for the same, 0 for nothing in common, symmetric between', () => {
    assert.equal(agreement('FROM a\n', 'FROM a\n'), 1);
    assert.equal(agreement('RUN a\n', 'RUN b\n'), 0);
    assert.equal(agreement('RUN a\nRUN a\nRUN b\n', 'RUN a\n'), 0.5);
    assert.equal(agreement('RUN a\n', 'RUN a\nRUN a\nRUN b\n'), 0.5);
  });
});
