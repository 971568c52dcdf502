/** A build as text for a terminal: each step when it starts and when it ends, its output indented under it. */
import * as l10n from '@vscode/l10n';
import { type ByteUnits, formatBytesChangeIn, formatBytesIn } from '../../common/bytes.ts';
import type { BuildProgress, BuildResult, BuildSpec } from '../../common/protocol.ts';
import { paint } from '../ui/logColors.ts';
import type { SizeChange } from './lastBuilds.ts';

type Step = Extract<BuildProgress, { kind: 'step' }>;

export interface BuildLog {
  begin(spec: BuildSpec): string;
  progress(value: BuildProgress): string;
  /** `change`: against the last build of the same, where it is known. */
  end(result: BuildResult, change?: SizeChange): string;
  /** What a notification shows: the steps that are running now. */
  readonly current: string;
}

export function buildLog(units: ByteUnits): BuildLog {
  const steps = new Map<string, Step>();
  /** Whose output stands last; steps run at the same time. */
  let speaker: string | undefined;
  /** The step whose line has no end yet: when it is over before anything else is said, its line is written anew. */
  let open: string | undefined;
  /** Names of what is being sent to the engine, until it is sent. */
  const transfers = new Map<string, string>();

  const line = (text: string) => {
    const start = open === undefined ? '' : '\n';
    open = undefined;
    return `${start}${text}\n`;
  };

  const step = (next: Step): string => {
    const before = steps.get(next.id)?.state;
    // BuildKit starts some of its own steps again after they are done; that says nothing to anybody.
    if (before === next.state || before === 'done' || before === 'cached') return '';
    steps.set(next.id, next);
    if (next.state === 'running') {
      const text = line(`${paint('●', '34')} ${clean(next.name)}`).slice(0, -1);
      speaker = next.id;
      open = next.id;
      return text;
    }
    speaker = undefined;
    if (open !== next.id) return line(ended(next));
    open = undefined;
    return `\r\u001b[2K${ended(next)}\n`;
  };

  const log = (id: string, text: string): string => {
    const name = steps.get(id)?.name;
    const heading = speaker === id || name === undefined ? [] : [paint(`… ${clean(name)}`, '2')];
    speaker = id;
    const lines = text.replace(/\r?\n$/, '').split(/\r?\n|\r/);
    return [...heading, ...lines.map((each) => `  ${paint('│', '2')} ${each}`)].map(line).join('');
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
          ? `${name} ${formatBytesIn(units, current)}`
          : `${name} ${formatBytesIn(units, current)} / ${formatBytesIn(units, total)}`,
      );
      if (total !== undefined && current >= total) transfers.delete(id);
      return '';
    },
    end: (result, change) => {
      if (result.kind === 'failed') {
        return line(`\n${paint(l10n.t('Build failed: {0}', clean(result.message)), '31;1')}`);
      }
      const image = result.tags.join(', ') || result.imageId;
      const built = line(`\n${paint(l10n.t('Built {0} in {1} s', image, result.seconds.toFixed(1)), '32;1')}`);
      return result.bytes === undefined
        ? built
        : built + line(l10n.t('image {0}', sizeText(result.bytes, change, units)));
    },
    get current() {
      const running = [...steps.values()].filter(({ state }) => state === 'running').map(({ name }) => clean(name));
      return [...running, ...transfers.values()].join(' · ');
    },
  };
}

function ended({ name, state, seconds }: Step): string {
  const time = seconds === undefined ? '' : paint(` ${seconds.toFixed(1)}s`, '2');
  if (state === 'cached') return `${paint('✔', '36')} ${clean(name)} ${paint(l10n.t('cached'), '36')}`;
  if (state === 'failed') return `${paint('✖', '31')} ${paint(clean(name), '31')}${time}`;
  if (state === 'canceled') return `${paint('○', '2')} ${paint(clean(name), '2')} ${paint(l10n.t('canceled'), '2')}`;
  return `${paint('✔', '32')} ${clean(name)}${time}`;
}

/** `178 MB (-23 MB)`. */
export function sizeText(bytes: number, change: SizeChange | undefined, units: ByteUnits): string {
  const by =
    change === undefined ? '' : ` (${change.by === 0 ? l10n.t('as before') : formatBytesChangeIn(units, change.by)})`;
  return `${formatBytesIn(units, bytes)}${by}`;
}

/** On one line, without control characters or indents: step names come from the Dockerfile. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
  return text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
