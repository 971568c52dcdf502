import assert from 'node:assert/strict';
import { imageParts } from '../../../../../server/language/dockerfile/imageParts.ts';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';

/** Registry, repository, tag and digest of the first stage, read from the text where their spans point. */
function parts(text: string): readonly (string | undefined)[] | undefined {
  const found = imageParts(parse(text).stages[0]!);
  return (
    found &&
    [found.registry, found.repository, found.tag, found.digest].map((part) => {
      if (part) assert.equal(text.slice(part.span.start, part.span.end), part.text);
      return part?.text;
    })
  );
}

describe('imageParts', () => {
  const cases: readonly (readonly [image: string, expected: readonly (string | undefined)[] | undefined])[] = [
    ['nginx', [undefined, 'nginx', undefined, undefined]],
    ['library/nginx:1.27', [undefined, 'library/nginx', '1.27', undefined]],
    ['127.0.0.1:5000/team/app:1', ['127.0.0.1:5000', 'team/app', '1', undefined]],
    ['mcr.microsoft.com/dotnet/sdk:9.0@sha256:ab', ['mcr.microsoft.com', 'dotnet/sdk', '9.0', 'sha256:ab']],
    ['nginx:${TAG:-1}', [undefined, 'nginx', '${TAG:-1}', undefined]],
  ];
  for (const [image, expected] of cases) {
    it(image, () => assert.deepEqual(parts(`# c\nFROM --platform=linux/arm64 \\\n  ${image} AS x\n`), expected));
  }

  it('is undefined without an image', () => assert.equal(parts('FROM'), undefined));
});
