import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile } from '../../../dockerfile/dockerfile.ts';
import type { ImageUse } from '../../../imageUses.ts';
import { imageUses } from '../../../imageUses.ts';
import { stageTree, takers } from '../../reads.ts';
import type { Knowledge, Rule } from '../../rule.ts';

/** A tag or digest that the registry does not have, in a repository that it has. */
export const tagNotFound: Rule = {
  name: 'TagNotFound',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  reads: [...stageTree, ...takers],
  check(dockerfile, report, knowledge) {
    for (const use of missing(dockerfile, knowledge, 'tag')) {
      const { registry, repository, tag = 'latest', digest } = use.reference;
      const what = digest === undefined ? `the tag ${tag}` : `an image with the digest ${digest.slice(0, 19)}…`;
      const way = `${digest === undefined ? 'Choose another tag' : 'Choose another'}, or push it first.`;
      report(use.span, `${registry} has ${repository}, but not ${what}${byDefault(dockerfile, use)}. ${way}`);
    }
  },
};

/** A repository that a registry does not have which hides nothing from anybody. */
export const repositoryNotFound: Rule = {
  name: 'RepositoryNotFound',
  severity: DiagnosticSeverity.Warning,
  kind: 'lint',
  preset: 'recommended',
  reads: [...stageTree, ...takers],
  check(dockerfile, report, knowledge) {
    for (const use of missing(dockerfile, knowledge, 'repository')) {
      const { registry, repository } = use.reference;
      report(
        use.span,
        `${registry} has no ${repository}${byDefault(dockerfile, use)}. Check the name, or push it first.`,
      );
    }
  },
};

function missing(dockerfile: Dockerfile, { images }: Knowledge, what: 'tag' | 'repository'): readonly ImageUse[] {
  if (!images) return [];
  return imageUses(dockerfile).filter(({ reference }) => images.of(reference)?.missing === what);
}

/** Where arguments of the build may name another image. */
function byDefault({ text }: Dockerfile, { span }: ImageUse): string {
  return text.slice(span.start, span.end).includes('$') ? ', which a build without arguments would take' : '';
}
