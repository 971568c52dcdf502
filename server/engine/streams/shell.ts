import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as pause } from 'node:timers/promises';
import type { StreamSpec } from '../../../common/protocol.ts';
import { fields } from '../../util/json.ts';
import { ProblemError } from '../../util/problemError.ts';
import { path } from '../apiPath.ts';
import { inspectContainer } from '../containers.ts';
import { withDeadline } from '../deadline.ts';
import { badAnswer, connectionError } from '../engineProblem.ts';
import type { Transport } from '../transport.ts';
import type { OutputStream } from './outputStream.ts';

export type ShellSpec = Extract<StreamSpec, { kind: 'shell' }>;

const startDeadlineMs = 10_000;
const hangUpDeadlineMs = 5000;
/** For what must be done whether the caller still waits or not; each has a deadline of its own. */
const never = new AbortController().signal;
/** A shell that prints this much without having told its process id will not tell it any more. */
const longestGreeting = 4096;

/**
 * The first command tells its process id in a sequence that terminals ignore, then becomes the shell and keeps the id.
 * It is the only way to end the shell later: the engine leaves an exec running when its connection is closed.
 */
const posixCommand = `printf '\\033]7777;%s\\007' $$
for shell in bash ash; do command -v $shell >/dev/null 2>&1 && exec $shell; done
exec sh`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: an operating system command of a terminal is made of them
const processId = /\x1b\]7777;(\d+)\x07/;

const windowsCommand = 'where powershell.exe >nul 2>nul & if errorlevel 1 (cmd) else (powershell -NoLogo)';

/**
 * An interactive shell in a running container, as `user` or the container's own. When the signal aborts it is hung up like
 * a terminal that is closed, and what it started with it. Throws ProblemError: `unsupported` when the container has no shell.
 */
export async function openShell(engine: Transport, spec: ShellSpec, signal: AbortSignal): Promise<OutputStream> {
  const { id, columns, rows } = spec;
  const windows = fields(await inspectContainer(engine, id, signal))['Platform'] === 'windows';
  const command = windows ? ['cmd.exe', '/c', windowsCommand] : ['sh', '-c', posixCommand];
  const terminal = {
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
    ConsoleSize: [rows, columns],
  };
  const exec = await createExec(engine, spec, { ...terminal, Cmd: command, Env: ['TERM=xterm-256color'] }, signal);

  // Between its start and its process id a shell could not be ended: an abort waits for that moment, which has a deadline.
  const start = async (deadline: AbortSignal) => {
    const startBody = { Detach: false, Tty: true, ConsoleSize: [rows, columns] };
    const socket = await engine.dial(path`/exec/${exec}/start`, { body: startBody, subject: id }, deadline);
    const reader = new TerminalReader(socket);
    return { socket, reader, greeting: windows ? { text: '' } : await reader.untilProcessId() };
  };
  const { socket, reader, greeting } = await withDeadline(startDeadlineMs, id, never, start).catch((error) => {
    throw noShell(error, id);
  });
  if (greeting.pid === undefined && socket.readableEnded) {
    const code = await exitCode(engine, exec);
    // As shells say it: 126 cannot be executed, 127 not found.
    if (code === 126 || code === 127) throw noShell(undefined, id);
  }
  const hangUp = async () => {
    socket.destroy();
    if (greeting.pid !== undefined) await killQuietly(engine, spec, exec, greeting.pid);
  };
  if (signal.aborted) {
    await hangUp();
    throw signal.reason;
  }
  const abort = () => socket.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  signal.addEventListener('abort', abort, { once: true });

  async function* output(): AsyncGenerator<string, number | undefined, void> {
    let ended = false;
    try {
      if (greeting.text !== '') yield greeting.text;
      for (let text = await reader.read(); text !== undefined; text = await reader.read()) if (text !== '') yield text;
      ended = true;
      return await exitCode(engine, exec);
    } catch (error) {
      throw connectionError(error, id);
    } finally {
      signal.removeEventListener('abort', abort);
      if (!ended) await hangUp();
    }
  }

  return {
    output: output(),
    terminal: {
      write: (data) => {
        if (socket.writable) socket.write(data);
      },
      resize(width, height) {
        const request = { method: 'POST', path: path`/exec/${exec}/resize`, query: { w: width, h: height } } as const;
        // It may have ended meanwhile, and a terminal of the wrong size is better than none.
        engine.json(request, never).catch(() => {});
      },
    },
  };
}

class TerminalReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly decoder = new StringDecoder('utf8');

  constructor(socket: Duplex) {
    this.chunks = socket[Symbol.asyncIterator]();
  }

  /** The next text, possibly empty; undefined at the end. */
  async read(): Promise<string | undefined> {
    const { done, value } = await this.chunks.next();
    return done ? undefined : this.decoder.write(value);
  }

  /** What came up to the process id, which is taken out, and behind it. */
  async untilProcessId(): Promise<{ readonly text: string; readonly pid?: string }> {
    let text = '';
    while (text.length < longestGreeting) {
      const more = await this.read();
      if (more === undefined) break;
      text += more;
      const pid = processId.exec(text)?.[1];
      if (pid !== undefined) return { text: text.replace(processId, ''), pid };
    }
    return { text };
  }
}

async function createExec(engine: Transport, spec: ShellSpec, body: object, signal: AbortSignal): Promise<string> {
  const request = {
    method: 'POST',
    path: path`/containers/${spec.id}/exec`,
    body: { ...body, User: spec.user },
    subject: spec.id,
  } as const;
  const id = fields(await engine.json(request, signal))['Id'];
  if (typeof id !== 'string') throw badAnswer(spec.id, 'it names no exec');
  return id;
}

/** The stream may end a moment before the engine has noted the code. Undefined when the container went with it. */
async function exitCode(engine: Transport, exec: string): Promise<number | undefined> {
  for (let waitMs = 10; waitMs < 1000; waitMs *= 2) {
    try {
      const { Running, ExitCode } = fields(await engine.json({ method: 'GET', path: path`/exec/${exec}/json` }, never));
      if (Running !== true) return typeof ExitCode === 'number' ? ExitCode : undefined;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.kind === 'notFound') return undefined;
      throw error;
    }
    await pause(waitMs);
  }
  return undefined;
}

/** Nobody is left to show a failure to. As the shell's own user, who may always signal it. */
async function killQuietly(engine: Transport, spec: ShellSpec, exec: string, pid: string): Promise<void> {
  const kill = async (signal: AbortSignal) => {
    const { Running } = fields(await engine.json({ method: 'GET', path: path`/exec/${exec}/json` }, signal));
    if (Running !== true) return;
    const killer = await createExec(engine, spec, { Cmd: ['sh', '-c', `kill -HUP ${pid}`] }, signal);
    await engine.json({ method: 'POST', path: path`/exec/${killer}/start`, body: { Detach: true } }, signal);
  };
  await withDeadline(hangUpDeadlineMs, spec.id, never, kill).catch(() => {});
}

/** Newer engines refuse to start what is not there; older ones start it, and it ends with 126 or 127. */
function noShell(error: unknown, id: string): unknown {
  const missing = /executable file not found|no such file or directory/;
  if (error !== undefined && !(error instanceof ProblemError && missing.test(error.problem.message))) return error;
  return new ProblemError(
    {
      kind: 'unsupported',
      subject: id,
      message: 'There is no shell in this container.',
      next: 'Use an image that has one; its logs can be read without.',
    },
    error,
  );
}
