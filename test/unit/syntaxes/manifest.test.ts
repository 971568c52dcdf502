import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

interface Manifest {
  readonly icon: string;
  readonly contributes: {
    readonly languages: readonly { readonly configuration?: string }[];
    readonly grammars: readonly {
      readonly scopeName: string;
      readonly path: string;
      readonly embeddedLanguages?: Readonly<Record<string, string>>;
    }[];
  };
}

const { icon, contributes }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const grammars = contributes.grammars.map((entry) => ({ ...entry, text: readFileSync(entry.path, 'utf8') }));

describe('grammars in package.json', () => {
  it('name files that exist', () => {
    const named = [icon, ...contributes.languages.flatMap(({ configuration }) => configuration ?? [])];
    assert.deepEqual(
      named.filter((path) => !existsSync(path)),
      [],
    );
  });

  for (const { scopeName, text, embeddedLanguages = {} } of grammars) {
    it(`${scopeName} is the scope of its file`, () => assert.equal(JSON.parse(text).scopeName, scopeName));

    it(`${scopeName} says the language of everything it embeds`, () => {
      const embedded = new Set(text.match(/meta\.embedded\.(?:block|line)\.\w+(?=\.dockerfile")/g));
      assert.deepEqual([...embedded].sort(), Object.keys(embeddedLanguages).sort());
    });

    it(`${scopeName} includes every rule it has, and only such`, () => {
      const rules = Object.keys(JSON.parse(text).repository ?? {});
      const included = new Set([...text.matchAll(/"include": "#([^"]+)"/g)].map(([, rule]) => rule));
      assert.deepEqual([...included].sort(), rules.sort());
    });
  }
});
