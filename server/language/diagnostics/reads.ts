/** What several rules read alike, for `reads` of a FileRule. */

/** Which stage builds on which: the ARGs before the first stage may be part of an image's name. */
export const stageTree: readonly string[] = ['FROM', 'ARG'];

/** What the variables are that an instruction can use, and their values. */
export const variables: readonly string[] = [...stageTree, 'ENV'];

/** What takes files from a stage or an image. */
export const takers: readonly string[] = ['COPY', 'RUN'];

/** What runs commands, now or by ONBUILD in another build. */
export const runners: readonly string[] = ['RUN', 'ONBUILD'];
