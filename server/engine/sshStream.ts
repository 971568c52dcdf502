import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { Duplex } from 'node:stream';
import type { Address } from './address.ts';

type SshAddress = Extract<Address, { kind: 'ssh' }>;

/** The command that joins its standard input and output to the engine's socket on that machine; no shell on this side. */
export function sshArguments(address: SshAddress): readonly string[] {
  return [
    '-T',
    // Nobody can answer a question here. The keepalive finds out about a machine that vanished.
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20', '-o', 'ServerAliveInterval=30'],
    ...(address.user === undefined ? [] : ['-l', address.user]),
    ...(address.port === undefined ? [] : ['-p', String(address.port)]),
    '--',
    address.host,
    'docker',
    ...(address.socket === undefined ? [] : ['--host', `unix://${address.socket}`]),
    'system',
    'dial-stdio',
  ];
}

export type Spawn = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

/**
 * A connection to an engine through the user's own ssh, with their configuration, agent and known hosts.
 * It breaks with what ssh last said. Source: docker/cli cli/connhelper.
 */
export function dialSsh(address: SshAddress, start: Spawn = spawn): Duplex {
  // Windows looks for a program in the working folder before the PATH: that must be no folder somebody else has filled.
  const options = { cwd: dirname(process.execPath), windowsHide: true };
  return new ProcessStream(start('ssh', sshArguments(address), options));
}

/** `ESSH` tells {@link connectionProblem} that this is ssh's own report. */
function sshError(message: string): Error {
  return Object.assign(new Error(message), { code: 'ESSH' });
}

/** A process's standard input and output as the socket that node:http expects. */
class ProcessStream extends Duplex {
  private readonly child: ChildProcess;
  private lastWords = '';

  constructor(child: ChildProcess) {
    super();
    this.child = child;
    child.on('error', (error) => this.destroy(sshError(`it cannot be started: ${error.message}`)));
    child.stdin?.on('error', () => {}); // EPIPE: the reason comes with 'close'
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.lastWords = (this.lastWords + text).slice(-2000);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout?.pause();
    });
    child.on('close', (code) => {
      if (code === 0) this.push(null);
      else this.destroy(sshError(this.lastWords.trim() || `it ended with ${code}`));
    });
  }

  override _read(): void {
    this.child.stdout?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // A write to a process that has ended reports nothing of use: 'close' says why it ended.
    this.child.stdin?.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.child.stdin?.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // docker's own command at the other end of a pipe catches the signal and goes only when its input ends.
    for (const pipe of this.child.stdio) pipe?.destroy();
    this.child.kill();
    done(error);
  }

  // What node:http asks of a socket and a pipe does not have.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else this.end(() => this.destroy());
  }
}
