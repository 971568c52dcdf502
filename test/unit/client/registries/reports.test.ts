import assert from 'node:assert/strict';
import { diagnosisText } from '../../../../client/registries/diagnosis.ts';

describe('diagnosisText', () => {
  it('marks each step, with what to do next, and says what it comes to', () => {
    const text = diagnosisText(
      { host: 'registry.example' },
      [
        { name: 'DNS', state: 'ok', detail: '10.0.0.1', ms: 3.4 },
        { name: 'TLS', state: 'failed', detail: 'Nobody vouches\nfor it.', next: 'Set caFile.' },
      ],
      true,
    );
    assert.equal(
      text,
      `Connection to registry.example

✓ DNS  10.0.0.1 (3 ms)
✗ TLS  Nobody vouches for it.
       → Set caFile.

It fails at: TLS.
`,
    );
  });

  it('says that it works on while there are steps to come', () => {
    assert.match(diagnosisText({ host: 'h' }, [], false), /… working/);
  });
});
