import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Duplex, Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { type Address, formatAddress } from './address.ts';
import { withDeadline } from './deadline.ts';
import { AddressAgent } from './dial.ts';
import { badAnswer, connectionError, type NextSteps, statusError } from './engineProblem.ts';

export interface EngineRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Made by `path` of apiPath.ts, so that what stands in it can leave no segment. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Sent as JSON; a stream goes as it is. */
  readonly body?: object | Readable;
  readonly headers?: OutgoingHttpHeaders;
  /** What a problem is about: the container, the image. Default: the engine's address. */
  readonly subject?: string;
  /** What the user can do when the engine refuses, by the kind of the problem. */
  readonly next?: NextSteps;
}

/**
 * An engine's API. All three throw {@link ProblemError}, or the signal's reason when it aborts.
 * Source: docs.docker.com/reference/api/engine.
 */
export interface Transport {
  /** The whole answer as JSON, undefined when it is empty. A GET that takes over 30 s fails with kind `timeout`. */
  json(request: EngineRequest, signal: AbortSignal): Promise<unknown>;
  /** The answer's body as it comes. Aborting after it began destroys it; whoever stops reading early must destroy it too. */
  stream(request: EngineRequest, signal: AbortSignal): Promise<IncomingMessage>;
  /** A raw connection after `POST path` was answered with 101: BuildKit's /grpc and /session, exec. The signal destroys it. */
  dial(path: string, options: DialOptions, signal: AbortSignal): Promise<Duplex>;
}

export interface DialOptions {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: object;
  readonly subject?: string;
}

const readDeadlineMs = 30_000;
const maxAnswerBytes = 256 * 1024 * 1024;

/**
 * Speaks to one address through dockerode's modem. Bodies are read here: the modem itself never calls back when an answer
 * breaks off, and its helpers for streams overflow the stack or throw outside of any promise (docker-modem 5.0.7).
 */
export class ModemTransport implements Transport {
  private readonly docker: Dockerode;
  private readonly agent: AddressAgent;
  private readonly address: Address;
  private readonly name: string;

  constructor(docker: Dockerode, agent: AddressAgent, address: Address) {
    this.docker = docker;
    this.agent = agent;
    this.address = address;
    this.name = formatAddress(address);
  }

  static async to(address: Address): Promise<ModemTransport> {
    const { default: Docker } = await import('dockerode');
    const agent = new AddressAgent(address);
    // With a socket path the modem leaves URLs alone; the agent alone decides where connections go.
    const options = { socketPath: formatAddress(address), agent, protocol: 'http' as const };
    return new ModemTransport(
      withoutDockerEnvironment(() => new Docker(options)),
      agent,
      address,
    );
  }

  async json(request: EngineRequest, signal: AbortSignal): Promise<unknown> {
    const subject = request.subject ?? this.name;
    const work = async (signal: AbortSignal) => readText(await this.stream(request, signal), signal, subject);
    const text =
      request.method === 'GET' ? await withDeadline(readDeadlineMs, subject, signal, work) : await work(signal);
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw badAnswer(subject, 'it is not JSON', error);
    }
  }

  async stream(request: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const subject = request.subject ?? this.name;
    const { body, method } = request;
    const answer = await this.send(
      {
        path: `${this.basePath}${request.path}?`,
        method,
        headers: this.headers(request.headers),
        options: { _query: defined(request.query ?? {}), _body: body instanceof Readable ? {} : (body ?? {}) },
        ...(body instanceof Readable ? { file: body } : {}),
        isStream: true,
      },
      subject,
      signal,
    );
    return accept(answer as IncomingMessage, subject, signal, request.next);
  }

  async dial(path: string, options: DialOptions, signal: AbortSignal): Promise<Duplex> {
    const subject = options.subject ?? this.name;
    const connection = await this.send(
      {
        path: `${this.basePath}${path}`,
        method: 'POST',
        headers: this.headers(options.headers),
        options: options.body ?? {},
        hijack: true,
        isStream: true,
      },
      subject,
      signal,
    );
    if ('statusCode' in connection) {
      const answer = await accept(connection as IncomingMessage, subject, signal);
      answer.destroy();
      throw badAnswer(subject, 'it did not switch to a raw connection');
    }
    // A connection that breaks while nobody reads it is no reason for the process to end; who reads it sees the error.
    return endWith(
      (connection as Duplex).on('error', () => {}),
      signal,
    );
  }

  /** Ends idle connections; those in use end with their own signals. */
  dispose(): void {
    this.agent.destroy();
  }

  private get basePath(): string {
    return this.address.kind === 'tcp' ? this.address.basePath : '';
  }

  private headers(headers: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
    if (this.address.kind !== 'tcp') return { Host: 'docker', ...headers };
    // Proxies in front of an engine tell their hosts apart by it.
    return { Host: new URL(this.name.replace(/^tcp/, 'http')).host, ...headers };
  }

  private send(dial: ModemDial, subject: string, signal: AbortSignal): Promise<object> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      this.docker.modem.dial({ ...dial, statusCodes: everyStatus, abortSignal: signal }, (error, result) => {
        if (signal.aborted) {
          if (result instanceof Duplex || result instanceof Readable) result.destroy();
          reject(signal.reason);
        } else if (error !== null || result === null) reject(connectionError(error, subject));
        else resolve(result);
      });
    });
  }
}

type ModemDial = Omit<NonNullable<Parameters<Dockerode['modem']['dial']>[0]>, 'statusCodes' | 'abortSignal'>;

/** The modem would put the engine's words into a sentence of its own: it is told that every answer is fine. */
const everyStatus = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [100 + index, true]));

/** 304 is how the engine says that a container already is as asked. */
async function accept(
  answer: IncomingMessage,
  subject: string,
  signal: AbortSignal,
  next?: NextSteps,
): Promise<IncomingMessage> {
  const status = answer.statusCode ?? 0;
  if ((status >= 200 && status < 300) || status === 304) return endWith(answer, signal);
  throw statusError(status, await readText(answer, signal, subject), subject, next);
}

async function readText(answer: Readable, signal: AbortSignal, subject: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) throw badAnswer(subject, 'it does not end');
      chunks.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw connectionError(error, subject);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** From here on the abort destroys the stream itself: node's request forgets its signal once it was answered. */
function endWith<T extends Readable | Duplex>(stream: T, signal: AbortSignal): T {
  const abort = () => stream.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  stream.once('close', () => signal.removeEventListener('abort', abort));
  return stream;
}

function defined(query: NonNullable<EngineRequest['query']>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/**
 * The modem's constructor reads DOCKER_* of this process and lets them overrule its options, or throws on them.
 * Where the engine is was decided before: it shall not see them. Nothing else runs meanwhile.
 */
function withoutDockerEnvironment<T>(make: () => T): T {
  const saved = Object.entries(process.env).filter(([name]) => name.startsWith('DOCKER_'));
  for (const [name] of saved) delete process.env[name];
  try {
    return make();
  } finally {
    for (const [name, value] of saved) process.env[name] = value;
  }
}
