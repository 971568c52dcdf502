import type { BuildProgress } from '../../../common/protocol.ts';
import { lastLines } from './progress.ts';

type StepState = Extract<BuildProgress, { kind: 'step' }>['state'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const colour = /\x1b\[\d*m/g;

/** The text that the classic builder prints, as steps. Source: moby daemon/builder/dockerfile/{evaluator,dispatchers}.go; Podman prints `STEP`. */
export class ClassicSteps {
  /** Of the step under way: `Step 2/5 : RUN npm ci`. */
  name: string | undefined;
  imageId: string | undefined;
  private output = '';
  private cached = false;
  private readonly onProgress: (progress: BuildProgress) => void;

  constructor(onProgress: (progress: BuildProgress) => void) {
    this.onProgress = onProgress;
  }

  /** What the step under way printed last. */
  get log(): string {
    return lastLines(this.output);
  }

  add(printed: string): void {
    // It colours what goes to standard error.
    const text = printed.replaceAll(colour, '');
    if (/^step \d+\/\d+ ?: /i.test(text)) {
      this.end('done');
      this.name = text.trim();
      this.output = '';
      this.cached = false;
      this.tell('running');
    } else if (/^ ?---> Using cache|^--> Using cache/.test(text)) {
      this.cached = true;
    } else if (/^Successfully built /.test(text)) {
      this.imageId = text.slice('Successfully built '.length).trim();
    } else if (!/^ ?--->|^-->|^Successfully tagged |^\n$/.test(text) && this.name !== undefined) {
      this.output = (this.output + text).slice(-16 * 1024);
      this.onProgress({ kind: 'log', id: this.name, text });
    }
  }

  end(state: 'done' | 'failed'): void {
    if (this.name !== undefined) this.tell(state === 'done' && this.cached ? 'cached' : state);
  }

  private tell(state: StepState): void {
    const name = this.name!;
    this.onProgress({ kind: 'step', id: name, name, state });
  }
}
