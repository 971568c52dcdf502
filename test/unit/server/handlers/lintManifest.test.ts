/** What settings.json completes is what the server knows. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { levels, presets } from '../../../../server/language/diagnostics/lintOptions.ts';
import { rules } from '../../../../server/language/diagnostics/rules.ts';

interface Setting {
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Setting>>;
  readonly additionalProperties?: Setting;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const sections: readonly { readonly properties: Readonly<Record<string, Setting>> }[] = [
  manifest.contributes.configuration,
].flat();
const settings = Object.assign({}, ...sections.map(({ properties }) => properties)) as Readonly<
  Record<string, Setting>
>;

describe('the settings gantry.lint in package.json', () => {
  const { properties = {}, additionalProperties } = settings['gantry.lint.rules']!;

  it('name every preset', () => assert.deepEqual(settings['gantry.lint.preset']!.enum, presets));

  it('name every rule, in order', () => {
    const names = [...new Set(rules.map(({ name }) => name))].sort();
    assert.deepEqual(Object.keys(properties), names);
  });

  it('describe every rule in a sentence of its own', () => {
    const descriptions = Object.values(properties).map(({ description = '' }) => description);
    assert.deepEqual(
      descriptions.filter((text) => !/^[A-Z$a-z].{3,}\.$/.test(text)),
      [],
    );
    assert.equal(new Set(descriptions).size, descriptions.length);
  });

  it('know every level, of other names of a rule and of ShellCheck too', () => {
    for (const property of [...Object.values(properties), additionalProperties!])
      assert.deepEqual(property.enum, levels);
  });
});
