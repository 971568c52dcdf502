import assert from 'node:assert/strict';
import { known } from '../../../../../common/known.ts';
import { composeCompletion } from '../../../../../server/language/compose/completion.ts';
import { atCursor, itemOf, labelsOf, resultText } from '../../../../support/cursor.ts';
import { InMemoryImages } from '../../../../support/inMemoryImages.ts';

async function complete(line: string, images: InMemoryImages) {
  const { text, offset } = atCursor(`services:\n  web:\n    ${line}\n`);
  const support = { snippets: false, insertReplace: true };
  const { list } = await composeCompletion(text, offset, images, support, new AbortController().signal);
  const accept = (label: string) => resultText(text, itemOf(list.items, label)).split('\n')[2]!.trim();
  return { ...list, accept };
}

function withTags(name: string, tags: readonly string[]): InMemoryImages {
  const images = new InMemoryImages();
  images.tagsOf.set(name, known(tags, 0));
  images.repositoriesOf.set('docker.io', ['library/nginx', 'library/node']);
  return images;
}

describe('completion in a compose file', () => {
  it('offers tags of the image', async () => {
    const { items, accept, isIncomplete } = await complete('image: nginx:1<|>', withTags('nginx', ['1.26', '1.27']));
    assert.deepEqual(labelsOf(items), ['1.27', '1.26']);
    assert.equal(accept('1.27'), 'image: nginx:1.27');
    assert.equal(isIncomplete, false);
  });
  it('replaces the tag and keeps what follows', async () => {
    const { accept } = await complete('image: "nginx:1.<|>26@sha256:aa" # x', withTags('nginx', ['1.27']));
    assert.equal(accept('1.27'), 'image: "nginx:1.27@sha256:aa" # x');
  });
  it('offers images, and no empty one', async () => {
    const { items, accept } = await complete("image: 'ngi<|>'", withTags('nginx', []));
    assert.deepEqual(labelsOf(items), ['nginx']);
    assert.equal(accept('nginx'), "image: 'nginx'");
    assert.ok(!labelsOf((await complete('image: <|>', withTags('nginx', []))).items).includes('scratch'));
  });
  it('keeps the tag when the name is replaced', async () => {
    assert.equal((await complete('image: ngi<|>x:1.27', withTags('nginx', []))).accept('nginx'), 'image: nginx:1.27');
  });
  it('knows what variables stand for', async () => {
    const images = withTags('mcr.microsoft.com/dotnet/sdk', ['9.0']);
    images.repositoriesOf.set('mcr.microsoft.com', ['dotnet/sdk']);
    const tags = await complete('image: ${REG:-mcr.microsoft.com}/dotnet/sdk:<|>', images);
    assert.equal(tags.accept('9.0'), 'image: ${REG:-mcr.microsoft.com}/dotnet/sdk:9.0');
    const names = await complete('image: ${REG:-mcr.microsoft.com}/dot<|>', images);
    assert.equal(names.accept('dotnet/sdk'), 'image: ${REG:-mcr.microsoft.com}/dotnet/sdk');
  });
  it('offers what a variable stands for by default', async () => {
    const images = withTags('nginx', ['1.26', '1.27', '1.27-alpine']);
    const tags = await complete('image: "nginx:${TAG:-1.<|>2}"', images);
    assert.equal(tags.accept('1.26'), 'image: "nginx:${TAG:-1.26}"');
    const versions = await complete('image: nginx:${TAG-<|>}-alpine', images);
    assert.deepEqual(labelsOf(versions.items), ['1.27']);
    assert.equal(versions.accept('1.27'), 'image: nginx:${TAG-1.27}-alpine');
    const names = await complete('image: ${IMAGE:-ngi<|>x:1}', images);
    assert.equal(names.accept('nginx'), 'image: ${IMAGE:-nginx:1}');
  });
  it('asks nobody for what only the environment knows', async () => {
    const images = withTags('nginx', []);
    for (const line of [
      'image: $IMAGE:<|>',
      'image: ${REG}/app:<|>',
      'image: ${REG:?needed}/a<|>',
      'image: nginx@<|>',
    ]) {
      assert.deepEqual((await complete(line, images)).items, [], line);
    }
    assert.deepEqual(images.asked, []);
  });
  it('says nothing elsewhere', async () => {
    assert.deepEqual((await complete('build: ngi<|>', withTags('nginx', []))).items, []);
  });
});
