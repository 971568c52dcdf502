import assert from 'node:assert/strict';
import { formatReference } from '../../../../../common/reference.ts';
import { composeUses } from '../../../../../server/language/compose/imageUses.ts';

describe('the images of a compose file', () => {
  const cases: Readonly<Record<string, readonly [text: string, images: readonly string[]]>> = {
    'are those of its services': [
      'services:\n  a:\n    image: nginx:1 # x\n  b:\n    image: "ghcr.io/a/b"',
      ['nginx:1', 'ghcr.io/a/b'],
    ],
    'may have anchors': ['services:\n  a:\n    image: &a !!str nginx:1', ['nginx:1']],
    'may stand in braces': [
      'services:\n  a: {\n    "image":"nginx:1",\n    x: {}\n  }\n  b: { image: node }',
      ['nginx:1', 'node'],
    ],
    'have the defaults of variables in their names': ['services:\n  a:\n    image: nginx:${TAG:-1}', ['nginx:1']],
    'are none elsewhere': ['image: a\nservices:\n  a:\n    build:\n      image: b\n    image: ${X}\n# image: c', []],
  };
  for (const [title, [text, images]] of Object.entries(cases)) {
    it(title, () =>
      assert.deepEqual(
        composeUses(text).map(({ reference }) => formatReference(reference)),
        images,
      ),
    );
  }
});
