/** What the size of a layer is to an engine: the bytes of its files, the blocks they take on a disk, or those of its archive. */
export type Counted = 'files' | 'blocks' | 'archives';
