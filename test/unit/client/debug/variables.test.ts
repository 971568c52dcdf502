// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of launch.json are what is tested
import assert from 'node:assert/strict';
import { substitute } from '../../../../client/debug/variables.ts';

describe('substitute', () => {
  it('replaces the variables it knows, at any depth, and leaves the others', () => {
    const variables = { workspaceFolder: '/w/shop', file: '/w/shop/a/b.ts', environment: { HOME: '/home/me' } };
    assert.deepEqual(
      substitute(
        {
          a: '${workspaceFolder}/x',
          b: ['${file}', '${fileDirname}'],
          c: { d: '${env:HOME}${env:NONE}' },
          e: 3,
          f: '${input:x}',
        },
        variables,
      ),
      { a: '/w/shop/x', b: ['/w/shop/a/b.ts', '/w/shop/a'], c: { d: '/home/me' }, e: 3, f: '${input:x}' },
    );
    assert.equal(substitute('${workspaceFolderBasename}', variables), 'shop');
    assert.equal(substitute('${workspaceFolder}', { environment: {} }), '${workspaceFolder}');
  });
});
