/** The frontend attribute with the absolute path of the Dockerfile of a build of ours, in the engine's record of it. */
export const dockerfileAttr = 'gantry:dockerfile';
