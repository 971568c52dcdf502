/** The label on everything that is made for tests. Its value says which run made it. */
export const testLabel = 'dev.gantry.test';
