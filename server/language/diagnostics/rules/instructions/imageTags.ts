import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Stage, Word } from '../../../dockerfile/dockerfile.ts';
import { replace } from '../../fixes.ts';
import { stageTree } from '../../reads.ts';
import type { Fix, Rule } from '../../rule.ts';

/** An image whose version is left to the day of the build. Source: hadolint's DL3006. */
export const untaggedImage: Rule = {
  name: 'DL3006',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: stageTree,
  check(dockerfile, report) {
    for (const { image, name } of foreignImages(dockerfile)) {
      // A variable may hold the tag.
      if (image.value.startsWith('$') || name.includes('$') || name.includes(':')) continue;
      const message = `"${image.value}" has no tag, so it is whatever is newest when this is built. Say which version.`;
      report(image.span, message, { fix: () => tagsOfTheFile(dockerfile, image) });
    }
  },
};

/** An image by its tag `latest`. Source: hadolint's DL3007. */
export const latestImage: Rule = {
  name: 'DL3007',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'hadolint',
  reads: stageTree,
  check(dockerfile, report) {
    for (const { image, name } of foreignImages(dockerfile)) {
      if (!name.endsWith(':latest')) continue;
      const message = `"${image.value}" is another image with every release. Say which version.`;
      report(image.span, message, { fix: () => tagsOfTheFile(dockerfile, image) });
    }
  },
};

interface ForeignImage {
  readonly image: Word;
  /** What follows the last slash: `node:22`. */
  readonly name: string;
}

/** The images of FROM that are no stage of the file, nothing at all or named by digest. */
function* foreignImages({ stages }: Dockerfile): Generator<ForeignImage> {
  for (const { image, base } of stages) {
    if (!image || base !== undefined || image.value === 'scratch' || image.value.includes('@')) continue;
    const bare = image.value.replaceAll(/["']/g, '');
    yield { image, name: bare.slice(bare.lastIndexOf('/') + 1) };
  }
}

/** Which version is right nobody knows, but the file may name one of the same image elsewhere. */
function tagsOfTheFile({ stages }: Dockerfile, { value, span }: Word): readonly Fix[] {
  const repository = repositoryOf(value);
  const others = stages.filter(
    ({ image, base }) => image && base === undefined && isVersionOf(repository, image.value),
  );
  const texts = new Map(others.map(({ image, from }: Stage) => [image!.value, from.startLine + 1]));
  return [...texts].slice(0, 3).map(([text, line]) => replace(span, text, false, `Use "${text}" as line ${line} does`));
}

function isVersionOf(repository: string, image: string): boolean {
  return image !== repository && image !== `${repository}:latest` && repositoryOf(image) === repository;
}

function repositoryOf(image: string): string {
  return image.replace(/@[^/]*$/, '').replace(/:[^/]*$/, '');
}
