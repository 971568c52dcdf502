import assert from 'node:assert/strict';
import type { BuildProgress } from '../../../../../common/protocol.ts';
import { ClassicSteps } from '../../../../../server/engine/buildkit/classicSteps.ts';

describe('ClassicSteps', () => {
  const told = (lines: readonly string[]) => {
    const progress: BuildProgress[] = [];
    const steps = new ClassicSteps((value) => progress.push(value));
    for (const line of lines) steps.add(line);
    return { steps, progress };
  };
  const shown = (progress: readonly BuildProgress[]) =>
    progress.map((value) =>
      value.kind === 'step' ? `${value.state} ${value.name}` : value.kind === 'log' ? value.text : '',
    );

  it('reads what the classic builder of Docker prints', () => {
    const { steps, progress } = told([
      'Step 1/3 : FROM x',
      '\n',
      ' ---> 776df6137707\n',
      'Step 2/3 : ENV a=b',
      '\n',
      ' ---> Using cache\n',
      ' ---> 8b0a3bba0755\n',
      'Step 3/3 : RUN y',
      '\n',
      ' ---> Running in cbd03dee4311\n',
      '\u001b[91moops\n\u001b[0m',
    ]);
    steps.end('failed');
    assert.deepEqual(shown(progress), [
      'running Step 1/3 : FROM x',
      'done Step 1/3 : FROM x',
      'running Step 2/3 : ENV a=b',
      'cached Step 2/3 : ENV a=b',
      'running Step 3/3 : RUN y',
      'oops\n',
      'failed Step 3/3 : RUN y',
    ]);
    assert.equal(steps.log, 'oops');
  });

  it('reads what Podman prints', () => {
    const { steps, progress } = told([
      'STEP 1/2: FROM x\n',
      '--> Using cache 776d\n',
      'STEP 2/2: RUN y\n',
      'hello\n',
      '--> 8b0a\n',
      'Successfully built 8b0a3bba0755\n',
    ]);
    steps.end('done');
    assert.deepEqual(shown(progress), [
      'running STEP 1/2: FROM x',
      'cached STEP 1/2: FROM x',
      'running STEP 2/2: RUN y',
      'hello\n',
      'done STEP 2/2: RUN y',
    ]);
    assert.equal(steps.imageId, '8b0a3bba0755');
  });
});
