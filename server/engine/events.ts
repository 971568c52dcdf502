import { fields, text } from '../util/json.ts';
import { lines } from '../util/lines.ts';
import { badAnswer, connectionError } from './engineProblem.ts';
import type { Transport } from './transport.ts';

/** Something happened on the engine. Source: the API's "Monitor events". */
export interface EngineEvent {
  readonly type: 'container' | 'image';
  /** `start`, `die`, `tag`, `health_status: healthy`. */
  readonly action: string;
  /** The id of a container; of an image its id or the reference that was used. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Nanoseconds since 1970, more than a number holds exactly. */
  readonly timeNano: bigint;
}

/**
 * Events from now on, or from `since` (inclusive, nanoseconds since 1970) as far as the engine still has them: it keeps
 * the last 256. Ends when the engine ends the stream. `onOpen` is called when it began.
 */
export async function* followEvents(
  transport: Transport,
  since: bigint | undefined,
  onOpen: () => void,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const query = {
    filters: JSON.stringify({ type: ['container', 'image'] }),
    since: since === undefined ? undefined : formatSince(since),
  };
  const answer = await transport.stream({ method: 'GET', path: '/events', query }, signal);
  onOpen();
  try {
    for await (const line of lines(answer)) {
      const event = parseEvent(line);
      if (event !== undefined) yield event;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SyntaxError
      ? badAnswer('events', 'a line is not JSON', error)
      : connectionError(error, 'events');
  } finally {
    answer.destroy();
  }
}

/** Undefined for what we did not ask for. Throws SyntaxError for what is no JSON. */
export function parseEvent(line: string): EngineEvent | undefined {
  const { Type, Action, Actor } = fields(JSON.parse(line));
  // JSON.parse rounds it. A label cannot pose as it: inside a string the quotes are escaped, and a label's value has some.
  const timeNano = /"timeNano":\s*(\d+)/.exec(line)?.[1];
  if ((Type !== 'container' && Type !== 'image') || typeof Action !== 'string' || timeNano === undefined)
    return undefined;
  const { ID, Attributes } = fields(Actor);
  return { type: Type, action: Action, id: text(ID), attributes: fields(Attributes), timeNano: BigInt(timeNano) };
}

/** Seconds with nine decimals, as the API takes a time. */
export function formatSince(timeNano: bigint): string {
  return `${timeNano / 1_000_000_000n}.${String(timeNano % 1_000_000_000n).padStart(9, '0')}`;
}

/** Whether a list of containers or images is different after it. Health checks alone make two exec events each time. */
export function changesLists({ type, action }: EngineEvent): boolean {
  if (type === 'image') return action !== 'push' && action !== 'save';
  return !/^(exec_|attach|detach|top|resize|copy|export|extract-to-dir|archive-path)/.test(action);
}
