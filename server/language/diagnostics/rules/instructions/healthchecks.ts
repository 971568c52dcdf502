import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Dockerfile, Stage } from '../../../dockerfile/dockerfile.ts';
import { endStages } from '../../endStages.ts';
import { inCaseOf, insertAbove, insertBelow } from '../../fixes.ts';
import { stageTree, takers } from '../../reads.ts';
import type { Fix, Rule } from '../../rule.ts';

/**
 * An image without HEALTHCHECK. Runs only where it is asked for: orchestrators have checks of their own. Stages that only serve
 * others need none. Source: hadolint's DL3057.
 */
export const noHealthcheck: Rule = {
  name: 'DL3057',
  severity: DiagnosticSeverity.Information,
  kind: 'lint',
  reads: [...stageTree, ...takers, 'HEALTHCHECK'],
  check(dockerfile, report) {
    const checked: boolean[] = [];
    for (const { base, instructions } of dockerfile.stages)
      checked.push(
        (base !== undefined && checked[base]!) || instructions.some(({ keyword }) => keyword === 'HEALTHCHECK'),
      );
    for (const stage of endStages(dockerfile)) {
      if (checked[stage.index]) continue;
      const message = 'No HEALTHCHECK says whether a container of this image works. Add one, or HEALTHCHECK NONE.';
      report(stage.image?.span ?? stage.from.keywordSpan, message, { fix: () => skeletons(dockerfile, stage) });
    }
  },
};

function skeletons(dockerfile: Dockerfile, stage: Stage): readonly Fix[] {
  const exposed = stage.instructions.findLast(({ keyword }) => keyword === 'EXPOSE')?.words[0]?.value;
  const port = /^(\d+)(?:\/tcp)?$/i.exec(exposed ?? '')?.[1];
  const address = port === undefined || port === '80' ? 'http://localhost/' : `http://localhost:${port}/`;
  const command = dockerfile.escape === '`' ? `curl.exe -f ${address}` : `curl -f ${address}`;
  return [`CMD ${command} || exit 1`, 'NONE'].flatMap((check) => {
    const line = `${inCaseOf(stage.from, 'HEALTHCHECK')} ${check}`;
    const start = stage.instructions.find(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
    const edit = start
      ? insertAbove(dockerfile, start, line)
      : insertBelow(dockerfile, stage.instructions.at(-1)!, line);
    return edit ? [{ title: `Add HEALTHCHECK ${check === 'NONE' ? check : 'CMD'}`, edits: [edit], safe: false }] : [];
  });
}
