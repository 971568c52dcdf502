import assert from 'node:assert/strict';
import {
  hasReference,
  isImage,
  isList,
  type RegistryValue,
  referenceOf,
} from '../../../../client/registries/values.ts';
import { registry } from '../../../support/registryTree.ts';

const host = 'r.example';
const of = { host, registry: registry({ host }), repository: 'app', reference: `${host}/app:1`, list: 'x' };
const digest = `sha256:${'a'.repeat(64)}`;
const tag = { kind: 'tag', ...of, tag: '1', locked: false, artifact: false } as const;
const values: Readonly<Record<string, RegistryValue>> = {
  registry: { kind: 'registry', ...of },
  folder: { kind: 'folder', ...of, path: 'team' },
  repository: { kind: 'repository', ...of, reference: `${host}/app`, opened: false },
  tag,
  chart: { ...tag, artifact: true },
  platform: { kind: 'platform', ...of, platform: 'linux/amd64', digest },
  referrer: { kind: 'referrer', host, registry: of.registry, repository: 'app', digest },
  more: { kind: 'more', list: 'x' },
};
const names = (fits: (value: RegistryValue) => boolean) => Object.keys(values).filter((name) => fits(values[name]!));

describe('what nodes of registries stand for', () => {
  it('is an image where an engine can be asked for it', () => assert.deepEqual(names(isImage), ['tag', 'platform']));

  it('is a list where it can be filtered', () => assert.deepEqual(names(isList), ['registry', 'folder', 'repository']));

  it('has a reference, a platform by its digest', () => {
    const named = Object.values(values).filter((value) => value.kind !== 'registry' && value.kind !== 'folder');
    assert.deepEqual(named.filter(hasReference).map(referenceOf), [
      `${host}/app`,
      `${host}/app:1`,
      `${host}/app:1`,
      `${host}/app@${digest}`,
    ]);
  });
});
