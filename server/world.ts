import type { Images } from './language/host.ts';
import type { ShellRoom } from './shell/shell.ts';

/** What the server takes from its surroundings, so that a test can give it others. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In place of the engine and the registries. */
  readonly images?: Images;
  /** In place of the parser of shell commands. */
  readonly shell?: ShellRoom;
}
