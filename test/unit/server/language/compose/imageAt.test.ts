import assert from 'node:assert/strict';
import { imageAt } from '../../../../../server/language/compose/imageAt.ts';
import { atCursor } from '../../../../support/cursor.ts';

function at(marked: string) {
  const { text, offset } = atCursor(marked);
  const image = imageAt(text, offset);
  if (image) assert.equal(text.slice(image.span.start, image.span.end), image.text);
  return image;
}

const image = (line: string) => `services:\n  web:\n    ${line}\n    ports: []\n`;

describe('the image of a service at the cursor', () => {
  const found: Readonly<Record<string, readonly [string, string]>> = {
    'plain, behind it': [image('image: nginx<|>'), 'nginx'],
    'plain, in it': [image('image: ngi<|>nx:1.27'), 'nginx:1.27'],
    'plain, before it': [image('image: <|>nginx'), 'nginx'],
    'not there yet': [image('image: <|>'), ''],
    'in double quotes': [image('image: "ngi<|>nx"'), 'nginx'],
    'in single quotes': [image("image: 'ngi<|>nx'"), 'nginx'],
    'in quotes that are open': [image('image: "nginx:<|>'), 'nginx:'],
    'with an anchor': [image('image: &web nginx:<|>1'), 'nginx:1'],
    'with a tag of YAML': [image('image: !!str nginx:<|>1'), 'nginx:1'],
    'before a comment': [image('image: nginx<|> # web'), 'nginx'],
    'with a quoted key': [image('"image": nginx<|>'), 'nginx'],
    'with blanks before the colon': [image('image : nginx<|>'), 'nginx'],
    'with variables': [image('image: ${REG:-ghcr.io}/app:<|>1'), '${REG:-ghcr.io}/app:1'],
    'with a digest': [image('image: nginx@sha<|>256:aa'), 'nginx@sha256:aa'],
    'with a port': [image('image: localhost:5000/app:<|>'), 'localhost:5000/app:'],
    'below a service with an anchor': ['services:\n  web: &web\n    image: a<|>', 'a'],
    'below a comment and a blank line': ['services:\n  web:\n# x\n\n    # y\n    image: a<|>', 'a'],
    'behind texts of several lines': [
      'services:\n  web:\n    command: |\n      image: x\n     # y\n    image: a<|>',
      'a',
    ],
    'in an extension': ['x-base: &base\n  image: a<|>', 'a'],
    'deep in an extension': ['x-all:\n  base: &base\n    image: a<|>', 'a'],
    'with other indentation': ['services:\n        web:\n         image: a<|>', 'a'],
    'with line ends of Windows': ['services:\r\n  web:\r\n    image: ngi<|>nx\r\n    ports: []\r\n', 'nginx'],
    'in a second document': ['services:\n---\nservices:\n  web:\n    image: a<|>', 'a'],
    'in braces': ['services:\n  web: { image: ngi<|>nx, ports: [] }', 'nginx'],
    'in braces, alone': ['services:\n  web: {image: nginx:<|>}', 'nginx:'],
    'in braces, quoted': ['services:\n  web: {"image": "ngi<|>nx"}', 'nginx'],
    'in braces, without blanks': ['services:\n  web: {"image":"ngi<|>nx"}', 'nginx'],
    'in braces of several lines': ['services:\n  web: {\n    image: ngi<|>nx:1,\n    ports: []\n  }', 'nginx:1'],
    'in braces that are open': ['services:\n  web: {\n    ports: ["80:80", 81],\n    image: nginx:<|>', 'nginx:'],
    'in braces with comments': ['services:\n  web: { # {\n    # image: x }\n    image: ngi<|>nx # }\n  }', 'nginx'],
    'in JSON': ['{\n  "services": {\n    "web": {\n      "image": "ngi<|>nx"\n    }\n  }\n}', 'nginx'],
    'in the second braces': ['services:\n  a: {\n    image: x }\n  b: {\n    image: y<|> }\n', 'y'],
    'behind another of the same braces': ['services: { a: { image: x }, b: { image: y<|> } }', 'y'],
    'of an image that is called so': ['services:\n  web: { image: image:<|>1 }', 'image:1'],
    'in braces of braces': ['services: { db: {}, web: { image: a<|> } }', 'a'],
  };
  for (const [where, [marked, text]] of Object.entries(found)) {
    it(where, () => assert.equal(at(marked)?.text, text));
  }

  const absent: Readonly<Record<string, string>> = {
    'in its key': image('ima<|>ge: nginx'),
    'directly behind the colon': image('image:<|>'),
    'in a comment behind it': image('image: nginx # no<|>'),
    'behind a blank': image('image: nginx <|>'),
    'where an alias stands': image('image: *web<|>'),
    'in another key': image('build: a<|>'),
    'in a comment': image('# image: a<|>'),
    'at the top': 'image: a<|>',
    'of a service by that name': 'services:\n  image: a<|>',
    'below another key': 'volumes:\n  web:\n    image: a<|>',
    'deeper than a service': 'services:\n  web:\n    labels:\n      image: a<|>',
    'in a list': 'services:\n  web:\n    - image: a<|>',
    'in a literal text': 'services:\n  web:\n    command: |\n      image: a<|>',
    'in a folded text': 'services:\n  web: >-\n    image: a<|>',
    'in a text of an extension': 'x-script: |2\n  image: a<|>',
    'below a value': 'services:\n  web: x\n    image: a<|>',
    'in a value that looks like it': 'services:\n  web: "{ image: a<|> }"',
    'in other braces': 'services:\n  web:\n    build: { image: a<|> }',
    'in braces at the top': '{ image: a<|> }',
    'in braces, of another key': 'services:\n  web: {\n    image: x,\n    build: a<|>\n  }',
    'in braces, deeper': 'services:\n  web: {\n    labels: {\n      image: a<|>\n    }\n  }',
    'in braces, behind them': 'services:\n  web: {\n    image: x\n  } a<|>',
    'in braces, in a list': 'services:\n  web: {\n    x: [ { image: a<|> } ]\n  }',
    'in braces, on the line of its key alone': 'services:\n  web: {\n    image:\n      a<|>\n  }',
    'in nothing': '<|>',
  };
  for (const [where, marked] of Object.entries(absent)) {
    it(`is none ${where}`, () => assert.equal(at(marked), undefined));
  }

  it('knows the platform of its service', () => {
    assert.equal(at('services:\n  web:\n    platform: "linux/arm64"\n    image: a<|>')?.platform, 'linux/arm64');
    assert.equal(
      at('services:\n  web:\n    image: a<|>\n\n    # x\n    platform: linux/s390x')?.platform,
      'linux/s390x',
    );
  });
  it('knows the platform in braces', () => {
    assert.equal(at('services:\n  web: { platform: linux/arm64, image: a<|> }')?.platform, 'linux/arm64');
    const behind = 'services:\n  web: {\n    image: a<|>,\n    x: { platform: no },\n    platform: "linux/s390x"\n  }';
    assert.equal(at(behind)?.platform, 'linux/s390x');
    assert.equal(at('services: { a: { platform: no }, b: { image: a<|> } }')?.platform, undefined);
  });
  it('does not take another’s platform', () => {
    assert.equal(
      at('services:\n  db:\n    platform: a/b\n  web:\n    image: a<|>\n  x:\n    platform: c/d')?.platform,
      undefined,
    );
  });
  it('takes no longer than the file is long', () => {
    const long = 200_000;
    const hostile = ['image: {', 'a', ' ', 'x: {', 'image: &', '"', 'image: "'].map(
      (text) => text + text.at(-1)!.repeat(long),
    );
    for (const line of hostile) at(`services:\n  web:\n    ${line}<|>\n`);
    assert.equal(at(`services:\n  web:\n${'    # x\n'.repeat(50_000)}    image: a<|>`)?.text, 'a');
    for (const piece of ['x: {\n', '" ', "'", '{ a: ', ', image: b', '# \n', '[', '\\"']) {
      at(`services:\n  web: {\n${piece.repeat(long)}    image: a<|>`);
    }
  });
});
