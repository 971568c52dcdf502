/** A build as text for a terminal: each step when it starts and when it ends, its output indented under it. */
import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../common/bytes.ts';
import type { BuildProgress, BuildResult, BuildSpec } from '../../common/protocol.ts';
import { paint } from '../ui/logColors.ts';

type Step = Extract<BuildProgress, { kind: 'step' }>;

export interface BuildLog {
  begin(spec: BuildSpec): string;
  progress(value: BuildProgress): string;
  end(result: BuildResult): string;
  /** What a notification shows: the steps that are running now. */
  readonly current: string;
}

export function buildLog(): BuildLog {
  const steps = new Map<string, Step>();
  /** Whose output stands last; steps run at the same time. */
  let speaker: string | undefined;
  /** Names of what is being sent to the engine, each told once. */
  const transfers = new Map<string, string>();

  const step = (next: Step): string => {
    const before = steps.get(next.id)?.state;
    steps.set(next.id, next);
    if (before === next.state) return '';
    speaker = next.state === 'running' ? next.id : undefined;
    const seconds = next.seconds === undefined ? '' : paint(` ${next.seconds.toFixed(1)}s`, '2');
    switch (next.state) {
      case 'running':
        return `${paint('●', '34')} ${clean(next.name)}\n`;
      case 'done':
        return `${paint('✔', '32')} ${clean(next.name)}${seconds}\n`;
      case 'cached':
        return `${paint('✔', '36')} ${clean(next.name)} ${paint(l10n.t('cached'), '36')}\n`;
      case 'failed':
        return `${paint('✖', '31')} ${paint(clean(next.name), '31')}${seconds}\n`;
      case 'canceled':
        return `${paint('○', '2')} ${paint(clean(next.name), '2')} ${paint(l10n.t('canceled'), '2')}\n`;
    }
  };

  const log = (id: string, text: string): string => {
    const name = steps.get(id)?.name;
    const heading = speaker === id || name === undefined ? '' : `${paint(`… ${clean(name)}`, '2')}\n`;
    speaker = id;
    const lines = text.replace(/\r?\n$/, '').split(/\r?\n|\r/);
    return heading + lines.map((line) => `  ${paint('│', '2')} ${line}\n`).join('');
  };

  return {
    begin: ({ dockerfile, context, tags }) =>
      `${paint(l10n.t('Building {0}', tags.join(', ') || dockerfile), '1')}\n` +
      `${paint(l10n.t('Dockerfile {0}, context {1}', dockerfile, context), '2')}\n\n`,
    progress: (value) => {
      if (value.kind === 'step') return step(value);
      if (value.kind === 'log') return log(value.id, value.text);
      const { id, name, current, total } = value;
      transfers.set(
        id,
        total === undefined
          ? `${name} ${formatBytes(current)}`
          : `${name} ${formatBytes(current)} / ${formatBytes(total)}`,
      );
      if (total !== undefined && current >= total) transfers.delete(id);
      return '';
    },
    end: (result) => {
      if (result.kind === 'failed') {
        return `\n${paint(l10n.t('Build failed: {0}', clean(result.message)), '31;1')}\n`;
      }
      const size = result.bytes === undefined ? '' : `, ${formatBytes(result.bytes)}`;
      return `\n${paint(l10n.t('Built {0} in {1} s{2}', result.tags.join(', ') || result.imageId, result.seconds.toFixed(1), size), '32;1')}\n`;
    },
    get current() {
      const running = [...steps.values()].filter(({ state }) => state === 'running').map(({ name }) => clean(name));
      return [...running, ...transfers.values()].join(' · ');
    },
  };
}

/** On one line, without control characters: step names come from the Dockerfile. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
