import assert from 'node:assert/strict';
import { sortTags } from '../../../common/versionOrder.ts';

/** The order is right when it comes out of any other; here of the reverse and of the alphabet. */
function expectOrder(...tags: readonly string[]): void {
  assert.deepEqual(sortTags([...tags].reverse()), tags);
  assert.deepEqual(sortTags([...tags].sort()), tags);
}

describe('the order of tags', () => {
  it('begins with latest', () => expectOrder('latest', '1.0', 'edge'));
  it('compares numbers as numbers', () => expectOrder('1.10', '1.9', '1.2'));
  it('puts a tag that moves before those it moves along', () =>
    expectOrder('3', '3.13', '3.13.1', '3.13.0', '3.12', '2'));
  it('puts a plain tag before its variants', () => expectOrder('3.12', '3.12-alpine', '3.12-slim-bookworm', '3.11'));
  it('puts newer variants first', () => expectOrder('3.12-alpine3.20', '3.12-alpine3.9'));
  it('puts pre-releases behind their release', () => {
    expectOrder('3.13.0', '3.13.0-slim', '3.13.0rc2', '3.13.0rc1', '3.13.0b4', '3.12.9');
  });
  it('puts a pre-release of a whole line behind all of it', () => {
    expectOrder('1.10', '1.10.2', '1.10.0', '1.10-rc2', '1.10-rc1', '1.9.8');
  });
  it('puts a preview of something new before what is older', () => expectOrder('10.0-preview', '9.0', '8.0'));
  it('reads a leading v', () => expectOrder('v1.30.1', 'v1.30.0', 'v1.9.0'));
  it('reads Java’s updates', () => expectOrder('8u412', '8u402', '8u402-jdk', '8u392'));
  it('reads Java’s builds', () => expectOrder('17.0.11_9-jre', '17.0.10_7-jre'));
  it('puts dates behind versions, newest first', () => expectOrder('24.04', '20240605', '20240513'));
  it('knows dates with dashes, and calls no version one', () => {
    expectOrder('2024.6.1', '1.2', '2024-06-05', '2024-06-05T12-30', '2024-05-31', 'nightly');
  });
  it('puts the newest Windows first, however it is named', () => {
    expectOrder('9.0-nanoserver-ltsc2025', '9.0-nanoserver-ltsc2022', '9.0-nanoserver-1809');
    expectOrder('ltsc2025', 'ltsc2025-amd64', 'ltsc2022', '1809', '10.0.20348.2340', '10.0.17763.5576');
  });
  it('puts dated names in the order of their dates', () => {
    expectOrder('bookworm', 'bookworm-20240605', 'bookworm-20240513', 'bookworm-slim');
  });
  it('puts names behind versions', () => expectOrder('1.0', 'edge', 'feedback', 'stable'));
  it('puts what machines made last', () =>
    expectOrder('1.0', 'main', '3f2a9b1c', 'sha-1a2b3c4d', 'sha256-0a1b2c3d.sig'));
});
