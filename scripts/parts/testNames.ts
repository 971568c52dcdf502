// Without imports: tests inside VS Code's extension host use these too.

/** The label on everything that is made for tests. Its value says which run made it. */
export const testLabel = 'dev.gantry.test';

/** A few commands of busybox: enough for a Dockerfile's RUN, a shell and a web server. */
export const baseImage = 'gantry-test/base:latest';

/** The same with Node, for programs that are debugged. */
export const nodeImage = 'gantry-test/node:latest';
