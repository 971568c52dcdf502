import { perFile } from '../perFile.ts';

/** The instructions that run commands, or have ONBUILD keep some for later, in the order of the file. */
export const runsIn = perFile(({ instructions }) =>
  instructions.filter(({ own: { keyword } }) => keyword === 'RUN' || keyword === 'ONBUILD'),
);
