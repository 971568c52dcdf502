import { StringDecoder } from 'node:string_decoder';
import type { StreamSpec } from '../../../common/protocol.ts';
import { fields } from '../../util/json.ts';
import { path } from '../apiPath.ts';
import { inspectContainer } from '../containers.ts';
import { connectionError } from '../engineProblem.ts';
import type { Transport } from '../transport.ts';
import { Demultiplexer } from './demux.ts';
import type { OutputStream } from './outputStream.ts';

export type LogsSpec = Extract<StreamSpec, { kind: 'logs' }>;

/**
 * What a container printed, and prints while `follow`. Ends when the container stops, also when it is started again
 * afterwards: the next run's output is for the next stream. Throws ProblemError.
 */
export async function openLogs(engine: Transport, spec: LogsSpec, signal: AbortSignal): Promise<OutputStream> {
  const inspected = fields(await inspectContainer(engine, spec.id, signal));
  const answer = await engine.stream(
    {
      method: 'GET',
      path: path`/containers/${spec.id}/logs`,
      query: { stdout: true, stderr: true, tail: spec.tail, follow: spec.follow, timestamps: spec.timestamps },
      subject: spec.id,
    },
    signal,
  );
  const hasTerminal = fields(inspected['Config'])['Tty'] === true;
  return { output: decoded(answer, hasTerminal, spec.id) };
}

/** A terminal has one stream only: its output comes without frames. */
async function* decoded(
  answer: AsyncIterable<Buffer> & { destroy(): void },
  hasTerminal: boolean,
  subject: string,
): AsyncGenerator<string, undefined, void> {
  const frames = new Demultiplexer();
  const plain = new StringDecoder('utf8');
  try {
    for await (const chunk of answer) {
      const text = hasTerminal ? plain.write(chunk) : frames.decode(chunk);
      if (text !== '') yield text;
    }
  } catch (error) {
    throw connectionError(error, subject);
  } finally {
    answer.destroy();
  }
  return undefined;
}
