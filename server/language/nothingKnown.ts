import { known, pending } from '../../common/known.ts';
import type { Images } from './host.ts';

/** A world without engine and registries: every question stays open. */
export const nothingKnown: Images = {
  repositories: async () => pending,
  tags: async () => pending,
  details: async () => pending,
  registries: async () => known([], 0),
  bundled: async () => undefined,
  bundledRepositories: async () => [],
  localImages: () => pending,
  builds: () => pending,
  localImage: () => pending,
  downloadSize: () => undefined,
  buildCache: () => pending,
  imageHistories: () => pending,
  keptSizes: { of: () => undefined, keep: () => {} },
  describe: async () => ({ details: pending, image: pending }),
  digest: async () => pending,
  allTags: async () => pending,
  lastTags: () => undefined,
  lastDigest: () => undefined,
  verdict: () => undefined,
  check: async () => {},
  page: () => undefined,
  onDidChange: () => () => {},
};
