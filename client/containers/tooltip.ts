import * as l10n from '@vscode/l10n';
import type { Container } from '../../common/protocol.ts';

/** Plain text about a container from the engine's own JSON. What is missing there is left out: an engine may say less. */
export function containerTooltip(container: Container, inspected: unknown): string {
  const state = at(inspected, 'State');
  const line = (name: string, value: unknown) =>
    (typeof value === 'string' && value !== '') || typeof value === 'number' ? `${name}: ${value}` : undefined;
  const exitCode = container.state === 'exited' || container.state === 'dead' ? at(state, 'ExitCode') : undefined;
  const command = at(at(inspected, 'Config'), 'Cmd');
  const mounts = at(inspected, 'Mounts');
  const networks = at(at(inspected, 'NetworkSettings'), 'Networks');
  return [
    container.name,
    line(l10n.t('Image'), container.image),
    line(l10n.t('Status'), container.status),
    line(l10n.t('Exit code'), exitCode),
    at(state, 'OOMKilled') === true ? l10n.t('It was ended because it ran out of memory.') : undefined,
    line(l10n.t('Error'), at(state, 'Error')),
    line(l10n.t('Command'), Array.isArray(command) ? command.join(' ') : undefined),
    line(l10n.t('Networks'), isRecord(networks) ? Object.keys(networks).join(', ') : undefined),
    ...(Array.isArray(mounts)
      ? mounts.map((mount) => line(l10n.t('Mount'), `${at(mount, 'Source')} → ${at(mount, 'Destination')}`))
      : []),
    line(l10n.t('Id'), container.id.slice(0, 12)),
  ]
    .filter((text) => text !== undefined)
    .join('\n');
}

function at(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
