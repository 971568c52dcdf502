import assert from 'node:assert/strict';
import { type Choice, orderForChoice, VersionLines } from '../../../common/tagGroups.ts';
import { inVersionOrder, readTag } from '../../../common/versionOrder.ts';

const read = (tags: readonly string[]) => inVersionOrder(tags.map(readTag));

/** The order is right when it comes out of any other; here of the reverse and of the alphabet. */
function expectOrder(
  tags: readonly string[],
  unsupported: readonly string[] = [],
  usual: readonly string[] = [],
): void {
  const choice: Choice = {
    isSupported: ({ tag }) => !unsupported.includes(tag),
    isUsual: ({ tag }) => usual.includes(tag),
  };
  assert.deepEqual(orderForChoice(read([...tags].reverse()), choice), tags);
  assert.deepEqual(orderForChoice(read([...tags].sort()), choice), tags);
}

describe('the order of tags to choose from', () => {
  it('shows all versions that move before their variants, and those before what stays', () => {
    expectOrder([
      ...['latest', '24', '24.1', '22', '22.11', '24-alpine', '24-slim', '22-slim'],
      ...['24.1.0', '22.11.0', '24.1.0-alpine', '22.11.0-slim'],
    ]);
  });
  it('shows names that people write before versions that stay, and others behind them', () =>
    expectOrder(['1', 'lts', '1.0', 'main', 'pr-12'], [], ['lts']));
  it('shows versions first where none of them moves', () =>
    expectOrder(['26.04', '24.04', '24.04-slim', 'noble', 'main'], [], ['noble']));
  it('shows what has a day in its name among what stays', () => {
    const usual = ['noble', 'noble-20260810'];
    expectOrder(['24', '24-slim', 'noble', '24.1', '24-20260810-slim', 'noble-20260810', '25-rc'], [], usual);
  });
  it('shows what is supported first', () => expectOrder(['latest', '24', '24.1.0', '23', '23.9.0'], ['23', '23.9.0']));
  it('shows what is not released yet behind what is', () => expectOrder(['3.14', '3.14.1', '3.15-rc', '3.15.0rc1']));
  it('shows dates behind all else that people made', () => expectOrder(['3', '3.1', 'edge', '20260805']));
  it('shows what machines made last, supported or not', () => {
    expectOrder(['latest', 'main', '1.0', '3f2a9b1c', 'sha256-0a1b2c3d.sig'], ['1.0']);
  });
  it('knows Java’s builds for releases', () => expectOrder(['8', '8u502-b07', '8u492-b05']));
});

describe('lines of versions', () => {
  const lines = new VersionLines(['latest', '24', '24.1.0', '22.11.0', '22.11.0-slim', '25.0.0-rc1', '26-rc']);
  const cases: readonly [string, boolean][] = [
    ...(['22.11.1', '22.12', '22.12.0-slim', '24.2.0', '27', '25.0.0', '25.0.0-rc2', '26'] as const).map(
      (tag): [string, boolean] => [tag, true],
    ),
    ...(['22.11.0-buster', '22.10.9', '23.0', '18.99.0', '24', 'bookworm', 'latest', '20260805'] as const).map(
      (tag): [string, boolean] => [tag, false],
    ),
  ];
  for (const [tag, newer] of cases) {
    it(`${tag} ${newer ? 'came later' : 'did not come later'}`, () => assert.equal(lines.isNewer(readTag(tag)), newer));
  }
  it('know nothing without versions', () => assert.equal(new VersionLines(['edge']).isNewer(readTag('1.0')), false));
});
