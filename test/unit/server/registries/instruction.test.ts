import assert from 'node:assert/strict';
import { instructionOf } from '../../../../server/registries/instruction.ts';

const written: readonly (readonly [createdBy: string, instruction: string])[] = [
  ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
  ['/bin/sh -c apt-get update', 'RUN apt-get update'],
  ['|2 A=b C=d e /bin/sh -c make /bin/sh -c', 'RUN make /bin/sh -c'],
  ['RUN |1 A=b /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['RUN /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['RUN npm ci', 'RUN npm ci'],
  ['COPY /a /bin/sh -c # buildkit', 'COPY /a /bin/sh -c'],
  ['RUN |1 VERSION=1.2 /bin/bash -eo pipefail -c make # buildkit', 'RUN make'],
  ['RUN /bin/bash -o pipefail -c set -u; make # buildkit', 'RUN set -u; make'],
  ['RUN /bin/sh -c cat <<EOF\n/bin/sh -c x\nEOF # buildkit', 'RUN cat <<EOF\n/bin/sh -c x\nEOF'],
  ['bazel build ...', 'bazel build ...'],
  ['Apply image 10.0.20348.2700', 'Apply image 10.0.20348.2700'],
  ['cmd /S /C dir', 'RUN dir'],
  ['RUN cmd /S /C dir # buildkit', 'RUN dir'],
  ['cmd /S /C #(nop)  ENV A=b', 'ENV A=b'],
  ["powershell -Command $ErrorActionPreference = 'Stop'; #(nop)  USER app", 'USER app'],
  ["RUN /bin/sh -c echo '#(nop) x' # buildkit", "RUN echo '#(nop) x'"],
  ['powershell -Command $x', 'powershell -Command $x'],
  ['', ''],
];

describe('instructionOf', () => {
  for (const [createdBy, instruction] of written) {
    it(createdBy, () => assert.equal(instructionOf(createdBy), instruction));
  }
  it('cuts what nobody reads to its end', () => assert.equal(instructionOf('x'.repeat(100_000)).length, 2001));
});
