import assert from 'node:assert/strict';
import { MarkupContent } from 'vscode-languageserver-types';
import { failed, known } from '../../../../../common/known.ts';
import type { TagDetails } from '../../../../../common/registry.ts';
import { resolveItem } from '../../../../../server/language/completion/resolve.ts';
import { bundleOf } from '../../../../support/bundles.ts';
import { InMemoryImages } from '../../../../support/inMemoryImages.ts';

const never = new AbortController().signal;
const name = 'docker.io/library/node:26';
const digest = `sha256:${'a'.repeat(64)}`;

async function documentation(images: InMemoryImages, data: unknown = { image: name }): Promise<string> {
  const item = await resolveItem({ label: '26', data }, images, 'MB', never);
  return MarkupContent.is(item.documentation) ? item.documentation.value : '';
}

function withDetails(changes: Partial<TagDetails>): InMemoryImages {
  const images = new InMemoryImages();
  const details: TagDetails = { digest, mediaType: 'x', kind: 'index', platforms: [], ...changes };
  images.detailsOf.set(name, known(details, 0));
  return images;
}

describe('an offered tag that is looked at', () => {
  const linux = { os: 'linux', architecture: 'arm64' };

  it('tells size and date of each platform, and the digest', async () => {
    const images = withDetails({
      platforms: [
        { platform: linux, digest, compressedBytes: 75_900_000, created: Date.UTC(2026, 7, 17) },
        { platform: { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.1' }, digest },
      ],
    });
    assert.equal(
      await documentation(images),
      [
        '` node:26 `',
        '- ` linux/arm64 ` 75.9 MB to download, created 2026-08-17\n- ` windows/amd64 10.0.20348.1 `',
        `Digest \` ${digest} \``,
      ].join('\n\n'),
    );
    assert.deepEqual(images.asked, [`details ${name}`]);
  });
  it('has no date where a build has none', async () => {
    const images = withDetails({ platforms: [{ platform: linux, digest, created: 0 }] });
    assert.ok(!(await documentation(images)).includes('created'));
  });
  it('shows no more platforms than can be read', async () => {
    const platforms = Array.from({ length: 20 }, () => ({ platform: linux, digest }));
    assert.match(await documentation(withDetails({ platforms })), /- and 8 more/);
  });
  it('says what is no image', async () => {
    const images = withDetails({ kind: 'artifact', artifactType: 'application/vnd.cncf.helm.config.v1+json' });
    assert.match(await documentation(images), /Not an image: ` application\/vnd\.cncf\.helm/);
  });
  it('tells what ships while the registry does not answer', async () => {
    const images = new InMemoryImages();
    images.bundles = [bundleOf('node', [['26 latest', 'linux/amd64']])];
    assert.match(await documentation(images), /linux\/amd64.*built on 2026-08-21\./s);
  });
  it('tells why the registry did not answer, as text', async () => {
    const images = new InMemoryImages();
    const message = 'It said <b>[no](command:x)</b>\nand `more`.';
    images.detailsOf.set(name, failed({ kind: 'denied', subject: 'x', message }));
    const shown = await documentation(images);
    assert.ok(shown.includes('\\<b\\>\\[no\\]\\(command:x\\)'), shown);
  });
  it('cannot break out of its code', async () => {
    const platform = { os: 'linux` [x](command:y)', architecture: '<img>' };
    assert.match(
      await documentation(withDetails({ platforms: [{ platform, digest }] })),
      /`` linux` \[x\]\(command:y\)/,
    );
  });
  it('stays as it is where nothing is known', async () => {
    for (const data of [undefined, null, 7, {}, { image: 7 }, { image: '::' }, { image: name }]) {
      assert.equal(await documentation(new InMemoryImages(), data), '');
    }
  });
  it('can be left', async () => {
    await assert.rejects(
      resolveItem({ label: '26', data: { image: name } }, new InMemoryImages(), 'MB', AbortSignal.abort()),
      {
        name: 'AbortError',
      },
    );
  });
});
