import { createShell } from '../../server/shell/shell.ts';

/** The real parser of shell commands. */
export const shell = await createShell().load();
