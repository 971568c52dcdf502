import * as l10n from '@vscode/l10n';
import { type Known, sentenceOf } from '../../common/known.ts';
import type { EngineStatus } from '../../common/protocol.ts';
import type { ServerState } from '../backend.ts';

export interface StatusText {
  readonly text: string;
  readonly detail: string;
  readonly severity: 'information' | 'warning' | 'error';
}

export function engineText(status: Known<EngineStatus>): StatusText {
  if (status.state === 'pending') return { text: l10n.t('Looking for an engine'), detail: '', severity: 'information' };
  if (status.state === 'failed') {
    // VS Code shows a detail on one line and cuts it: nothing is said twice.
    return { text: sentenceOf(status.problem), detail: status.problem.next ?? '', severity: 'warning' };
  }
  const { product, version, address, origin, buildkit } = status.value;
  const name = product === 'docker' ? 'Docker Engine' : 'Podman';
  const detail = [address, origin, ...(buildkit ? [] : [l10n.t('without BuildKit')])].join(' · ');
  return { text: `${name} ${version}`, detail, severity: 'information' };
}

/** Undefined while all is well. */
export function serverText(state: ServerState): StatusText | undefined {
  if (state !== 'crashed') return undefined;
  return {
    text: l10n.t('The Dockerfile server stopped'),
    detail: l10n.t('It starts again by itself unless it fails too often; the output says why.'),
    severity: 'error',
  };
}
