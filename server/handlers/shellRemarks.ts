import type { Dockerfile, Instruction } from '../language/dockerfile/dockerfile.ts';
import { offsetOf, shift } from '../language/dockerfile/place.ts';
import type { Log } from '../language/host.ts';
import type { ShellCheck, ShellCheckFinding } from '../shellcheck/shellcheck.ts';
import { isAbort } from '../util/problemError.ts';
import type { OpenDocument } from './documents.ts';
import { stackOf } from './log.ts';

/** What ShellCheck found in single instructions, with spans into them as they are read by themselves (`Instruction.own`). */
export type Remarks = ReadonlyMap<Instruction, readonly ShellCheckFinding[]>;

interface Asked {
  readonly document: OpenDocument;
  readonly controller: AbortController;
  readonly timer: NodeJS.Timeout;
}

/** ShellCheck is a process for each command: it is not started for one that is still being typed. */
const pauseMs = 400;

/** Asks ShellCheck about the open files, in the background, and keeps its answers for the instructions that nobody edits. */
export class ShellRemarks {
  readonly #shellCheck: ShellCheck;
  readonly #changed: (uri: string) => void;
  readonly #log: Log;
  readonly #asked = new Map<string, Asked>();
  readonly #remarks = new Map<string, Remarks>();

  /** `changed` is told of files for which {@link of} has another answer now. */
  constructor(shellCheck: ShellCheck, changed: (uri: string) => void, log: Log) {
    this.#shellCheck = shellCheck;
    this.#changed = changed;
    this.#log = log;
  }

  /** What was found last; the same object until that changes. Starts the look at a version that was not looked at. */
  of(document: OpenDocument): Remarks | undefined {
    const asked = this.#asked.get(document.uri);
    if (asked?.document !== document) this.#ask(document, asked);
    return this.#remarks.get(document.uri);
  }

  forget(uri: string): void {
    const asked = this.#asked.get(uri);
    if (asked) end(asked);
    this.#asked.delete(uri);
    this.#remarks.delete(uri);
  }

  dispose(): void {
    for (const uri of [...this.#asked.keys()]) this.forget(uri);
  }

  #ask(document: OpenDocument, before: Asked | undefined): void {
    if (before) end(before);
    const controller = new AbortController();
    const timer = setTimeout(() => {
      this.#check(document, controller.signal).catch((error: unknown) => {
        if (!isAbort(error)) this.#log.warn('shellcheck: failed', { error: stackOf(error) });
      });
    }, pauseMs);
    this.#asked.set(document.uri, { document, controller, timer });
  }

  async #check({ uri, dockerfile }: OpenDocument, signal: AbortSignal): Promise<void> {
    const found = await this.#shellCheck.check(dockerfile, signal);
    signal.throwIfAborted();
    const before = this.#remarks.get(uri);
    if (found.length === 0 && before === undefined) return;
    this.#remarks.set(uri, byInstruction(dockerfile, found));
    this.#changed(uri);
  }
}

/** What is still true of these remarks in a version of the file, at its place. */
export function placedRemarks({ instructions }: Dockerfile, remarks: Remarks): readonly ShellCheckFinding[] {
  return instructions.flatMap((instruction) =>
    (remarks.get(instruction.own) ?? []).map((finding) => moved(finding, offsetOf(instruction))),
  );
}

function byInstruction({ instructions }: Dockerfile, found: readonly ShellCheckFinding[]): Remarks {
  const remarks = new Map<Instruction, ShellCheckFinding[]>();
  let next = 0;
  for (const instruction of instructions) {
    const { span, own } = instruction;
    const mine: ShellCheckFinding[] = [];
    for (; next < found.length && found[next]!.span.start <= span.end; next++)
      mine.push(moved(found[next]!, -offsetOf(instruction)));
    if (mine.length > 0) remarks.set(own, mine);
  }
  return remarks;
}

function moved(finding: ShellCheckFinding, offset: number): ShellCheckFinding {
  const { span, edits } = finding;
  return {
    ...finding,
    span: shift(span, offset),
    ...(edits && { edits: edits.map((edit) => ({ ...edit, span: shift(edit.span, offset) })) }),
  };
}

function end({ controller, timer }: Asked): void {
  clearTimeout(timer);
  controller.abort();
}
