/** The frontend attributes with the absolute paths of the Dockerfile and the context of a build of ours, in the engine's record of it. */
export const dockerfileAttr = 'gantry:dockerfile';
export const contextAttr = 'gantry:context';
