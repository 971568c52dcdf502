/**
 * Everything the client can ask of the server, as plain functions. The one place that knows the methods of the protocol;
 * how the messages travel is the {@link Wire}'s business.
 */
import type { Known, Problem } from '../common/known.ts';
import type { ImageAnalysis, LayerComparison, LayerEntry } from '../common/layers.ts';
import type {
  AnalyzeProgress,
  BuildProgress,
  BuildResult,
  BuildSpec,
  ClientNotifications,
  ClientRequests,
  Container,
  ContainerAction,
  EngineStatus,
  Image,
  ImageConfig,
  PullProgress,
  RunResult,
  RunSpec,
  ServerNotifications,
  ServerRequests,
  StreamSpec,
} from '../common/protocol.ts';
import type {
  AzureCloud,
  Deleted,
  DeletePreview,
  DiagnoseStep,
  Discovery,
  ImageLayers,
  ListQuery,
  Page,
  ProbeResult,
  ReferrerRow,
  RegistryList,
  RepositoryRow,
  SearchRow,
  SignedIn,
  SignIn,
  StatementRow,
  TagDetails,
  TagOrder,
  TagRow,
} from '../common/registry.ts';
import { streamsOver } from './openStreams.ts';

/** How requests reach the server. Starting it on the first message is the wire's business too. */
export interface Wire {
  /** Throws {@link RequestError} when the server answers with a problem, and the signal's reason when aborted. */
  request<M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]['params'],
    signal?: AbortSignal,
  ): Promise<ClientRequests[M]['result']>;
  notify<M extends keyof ClientNotifications>(method: M, params: ClientNotifications[M]): void;
  /** Hears a notification of the server, whichever of its lives sends it. Returns how to stop listening. */
  onNotification<M extends keyof ServerNotifications>(
    method: M,
    listener: (params: ServerNotifications[M]) => void,
  ): () => void;
  /** Answers a request of the server, in whichever of its lives; once a method. */
  onRequest<M extends keyof ServerRequests>(method: M, handler: ServerHandler<M>): void;
  /** The server went away: what was open on it is lost. */
  onStopped(listener: () => void): () => void;
  /** The server is there again after it went away: what it told in between is lost. */
  onReturned(listener: () => void): () => void;
}

export type ServerHandler<M extends keyof ServerRequests> = (
  params: ServerRequests[M]['params'],
  signal: AbortSignal,
) => Promise<ServerRequests[M]['result']>;

/** What the server may ask of the editor. */
export interface Accounts {
  /** A secret that Gantry keeps; null where there is none. */
  secret: ServerHandler<'gantry/secrets/get'>;
  keepSecret: ServerHandler<'gantry/secrets/set'>;
  session: ServerHandler<'gantry/session'>;
}

/** `crashed`: it ended without being told to. */
export type ServerState = 'stopped' | 'starting' | 'running' | 'crashed';

/** The server as a process: a wire that can be ended and begun again. */
export interface ServerProcess extends Wire {
  readonly state: ServerState;
  onDidChangeState(listener: (state: ServerState) => void): () => void;
  start(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A request that failed, with the problem in words for a person. */
export class RequestError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.subject}: ${problem.message}`);
    this.name = 'RequestError';
    this.problem = problem;
  }
}

export interface StreamSink {
  /** Shows `data`; the server sends more once it is told how much was shown. */
  data(data: string): void;
  end(end: { readonly exitCode?: number; readonly problem?: Problem }): void;
}

export interface OpenStream {
  write(data: string): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

export type EngineChange = ServerNotifications['gantry/engine/changed']['what'][number];

export interface Backend {
  engineStatus(signal?: AbortSignal): Promise<Known<EngineStatus>>;
  containers(signal?: AbortSignal): Promise<Known<readonly Container[]>>;
  act(id: string, action: ContainerAction, signal?: AbortSignal): Promise<void>;
  inspectContainer(id: string, signal?: AbortSignal): Promise<unknown>;
  run(spec: RunSpec, signal?: AbortSignal): Promise<RunResult>;
  images(signal?: AbortSignal): Promise<Known<readonly Image[]>>;
  imageConfig(reference: string, signal?: AbortSignal): Promise<ImageConfig>;
  inspectImage(reference: string, signal?: AbortSignal): Promise<unknown>;
  removeImage(reference: string, force: boolean, signal?: AbortSignal): Promise<void>;
  tag(reference: string, target: string, signal?: AbortSignal): Promise<void>;
  pull(
    spec: { readonly reference: string; readonly platform?: string },
    onProgress: (value: PullProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** The digest that the registry keeps it under, where the engine says. */
  push(reference: string, onProgress: (value: PullProgress) => void, signal?: AbortSignal): Promise<string | undefined>;
  build(spec: BuildSpec, onProgress: (value: BuildProgress) => void, signal?: AbortSignal): Promise<BuildResult>;
  analyzeLayers(
    question: Unprogressed<'gantry/layers/analyze'>,
    onProgress: (value: AnalyzeProgress) => void,
    signal?: AbortSignal,
  ): Promise<ImageAnalysis>;
  /** The image that an open Dockerfile was last built as, whoever built it. */
  lastBuilt(uri: string, signal?: AbortSignal): Promise<{ readonly id: string } | null>;
  /** Of an image that was analyzed. */
  layerFiles(
    question: ClientRequests['gantry/layers/files']['params'],
    signal?: AbortSignal,
  ): Promise<readonly LayerEntry[]>;
  compareLayers(
    question: Unprogressed<'gantry/layers/compare'>,
    onProgress: (value: AnalyzeProgress) => void,
    signal?: AbortSignal,
  ): Promise<LayerComparison>;
  registries(signal?: AbortSignal): Promise<RegistryList>;
  repositories(
    host: string,
    query: ListQuery & { readonly path?: string },
    signal?: AbortSignal,
  ): Promise<Known<Page<RepositoryRow>>>;
  tags(
    host: string,
    repository: string,
    query: ListQuery & { readonly order?: TagOrder },
    signal?: AbortSignal,
  ): Promise<Known<Page<TagRow>>>;
  platforms(host: string, repository: string, tag: string, signal?: AbortSignal): Promise<Known<TagDetails>>;
  /** The digest that a tag names now. */
  digest(host: string, repository: string, tag: string, signal?: AbortSignal): Promise<string>;
  layers: ByDigest<ImageLayers>;
  /** What an attestation of an index says. */
  attestation: ByDigest<readonly StatementRow[]>;
  referrers: ByDigest<readonly ReferrerRow[]>;
  /** A manifest or config as the registry keeps it. */
  registryDocument(document: RegistryDocument, signal?: AbortSignal): Promise<unknown>;
  previewDeletion(what: Deletion, signal?: AbortSignal): Promise<readonly DeletePreview[]>;
  deleteInRegistry(what: ClientRequests['gantry/registries/delete']['params'], signal?: AbortSignal): Promise<Deleted>;
  diagnoseRegistry(
    what: { readonly host: string; readonly repository?: string },
    onStep: (step: DiagnoseStep) => void,
    signal?: AbortSignal,
  ): Promise<readonly DiagnoseStep[]>;
  searchHub(text: string, signal?: AbortSignal): Promise<Known<Page<SearchRow>>>;
  refreshRegistry(host?: string, signal?: AbortSignal): Promise<void>;
  /** What stands behind something pasted. `insecure` as the user allowed it. */
  probeRegistry(
    what: { readonly text: string; readonly insecure?: boolean },
    signal?: AbortSignal,
  ): Promise<ProbeResult>;
  /** Tries a sign-in and keeps it. */
  signIn(
    what: { readonly host: string; readonly signIn: SignIn; readonly insecure?: boolean },
    signal?: AbortSignal,
  ): Promise<SignedIn>;
  signOut(host: string, signal?: AbortSignal): Promise<void>;
  discoverAzure(cloud: AzureCloud, signal?: AbortSignal): Promise<Discovery>;
  /** Answers the server's own questions from now on. */
  answerWith(accounts: Accounts): void;
  openStream(spec: StreamSpec, sink: StreamSink, signal?: AbortSignal): Promise<OpenStream>;
  /** Waits until the debugger behind a published port answers. */
  debugReady(id: string, port: number, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  onEngineChanged(listener: (what: readonly EngineChange[]) => void): () => void;
  /** `repository`: that one of `host` only. */
  onRegistriesChanged(listener: (host: string | undefined, repository?: string) => void): () => void;
  /** The user trusts the workspace from now on; a server that starts later knows it. */
  tellTrusted(): void;
  /** A completion that was asked has more to offer now than it had. */
  onLateCompletion(listener: (at: ServerNotifications['gantry/completion/late']) => void): () => void;
}

type Unprogressed<M extends keyof ClientRequests> = Omit<ClientRequests[M]['params'], 'progress'>;

/** Asks about what a digest names in a repository, without its registry's host in the name. */
export type ByDigest<T> = (host: string, repository: string, digest: string, signal?: AbortSignal) => Promise<Known<T>>;

export interface RegistryDocument {
  readonly host: string;
  readonly repository: string;
  /** A tag or digest. */
  readonly reference: string;
  readonly what: 'manifest' | 'config';
  /** Whose config, where `reference` is an index. */
  readonly platform?: string;
}

/** Tags, an image by its digest, or the whole repository when neither is given. */
export interface Deletion {
  readonly host: string;
  readonly repository: string;
  readonly tags?: readonly string[];
  readonly digest?: string;
}

export function connectBackend(wire: Wire): Backend {
  const progress = progressOver(wire);
  const openStream = streamsOver(wire);
  const none = {};
  return {
    engineStatus: (signal) => wire.request('gantry/engine/status', none, signal),
    containers: (signal) => wire.request('gantry/containers/list', none, signal),
    act: async (id, action, signal) => void (await wire.request('gantry/containers/act', { id, action }, signal)),
    inspectContainer: (id, signal) => wire.request('gantry/containers/inspect', { id }, signal),
    run: (spec, signal) => wire.request('gantry/containers/run', spec, signal),
    images: (signal) => wire.request('gantry/images/list', none, signal),
    imageConfig: (reference, signal) => wire.request('gantry/images/config', { reference }, signal),
    inspectImage: (reference, signal) => wire.request('gantry/images/inspect', { reference }, signal),
    removeImage: async (reference, force, signal) =>
      void (await wire.request('gantry/images/remove', { reference, force }, signal)),
    tag: async (reference, target, signal) =>
      void (await wire.request('gantry/images/tag', { reference, target }, signal)),
    pull: async (spec, onProgress, signal) =>
      void (await progress(
        (value) => value.kind === 'pull' && onProgress(value),
        (id) => wire.request('gantry/images/pull', { ...spec, progress: id }, signal),
      )),
    push: async (reference, onProgress, signal) => {
      const { digest } = await progress(
        (value) => value.kind === 'push' && onProgress(value),
        (id) => wire.request('gantry/images/push', { reference, progress: id }, signal),
      );
      return digest;
    },
    build: (spec, onProgress, signal) =>
      progress(
        (value) => isBuildProgress(value) && onProgress(value),
        (id) => wire.request('gantry/images/build', { ...spec, progress: id }, signal),
      ),
    analyzeLayers: (question, onProgress, signal) =>
      progress(
        (value) => value.kind === 'analyze' && onProgress(value),
        (id) => wire.request('gantry/layers/analyze', { ...question, progress: id }, signal),
      ),
    lastBuilt: (uri, signal) => wire.request('gantry/layers/built', { uri }, signal),
    layerFiles: (question, signal) => wire.request('gantry/layers/files', question, signal),
    compareLayers: (question, onProgress, signal) =>
      progress(
        (value) => value.kind === 'analyze' && onProgress(value),
        (id) => wire.request('gantry/layers/compare', { ...question, progress: id }, signal),
      ),
    registries: (signal) => wire.request('gantry/registries/list', none, signal),
    repositories: (host, query, signal) => wire.request('gantry/registries/repositories', { host, ...query }, signal),
    tags: (host, repository, query, signal) =>
      wire.request('gantry/registries/tags', { host, repository, ...query }, signal),
    platforms: (host, repository, tag, signal) =>
      wire.request('gantry/registries/platforms', { host, repository, tag }, signal),
    digest: async (host, repository, tag, signal) =>
      (await wire.request('gantry/registries/digest', { host, repository, tag }, signal)).digest,
    layers: (host, repository, digest, signal) =>
      wire.request('gantry/registries/layers', { host, repository, digest }, signal),
    attestation: (host, repository, digest, signal) =>
      wire.request('gantry/registries/attestation', { host, repository, digest }, signal),
    referrers: (host, repository, digest, signal) =>
      wire.request('gantry/registries/referrers', { host, repository, digest }, signal),
    registryDocument: (document, signal) => wire.request('gantry/registries/document', document, signal),
    previewDeletion: (what, signal) => wire.request('gantry/registries/deletePreview', what, signal),
    deleteInRegistry: (what, signal) => wire.request('gantry/registries/delete', what, signal),
    diagnoseRegistry: (what, onStep, signal) =>
      progress(
        (value) => value.kind === 'diagnose' && onStep(value.step),
        (id) => wire.request('gantry/registries/diagnose', { ...what, progress: id }, signal),
      ),
    searchHub: (text, signal) => wire.request('gantry/registries/search', { text }, signal),
    refreshRegistry: async (host, signal) =>
      void (await wire.request('gantry/registries/refresh', host === undefined ? {} : { host }, signal)),
    probeRegistry: (what, signal) => wire.request('gantry/registries/probe', what, signal),
    signIn: (what, signal) => wire.request('gantry/registries/signIn', what, signal),
    signOut: async (host, signal) => void (await wire.request('gantry/registries/signOut', { host }, signal)),
    discoverAzure: (cloud, signal) => wire.request('gantry/registries/discover', { provider: 'azure', cloud }, signal),
    answerWith: ({ secret, keepSecret, session }) => {
      wire.onRequest('gantry/secrets/get', secret);
      wire.onRequest('gantry/secrets/set', keepSecret);
      wire.onRequest('gantry/session', session);
    },
    openStream,
    debugReady: async (id, port, timeoutMs, signal) =>
      void (await wire.request('gantry/debug/ready', { id, port, timeoutMs }, signal)),
    onEngineChanged: (listener) =>
      both(
        wire.onNotification('gantry/engine/changed', ({ what }) => listener(what)),
        wire.onReturned(() => listener(everything)),
      ),
    onRegistriesChanged: (listener) =>
      both(
        wire.onNotification('gantry/registries/changed', ({ host, repository }) => listener(host, repository)),
        wire.onReturned(() => listener(undefined)),
      ),
    tellTrusted: () => wire.notify('gantry/trusted', {}),
    onLateCompletion: (listener) => wire.onNotification('gantry/completion/late', listener),
  };
}

const everything: readonly EngineChange[] = ['status', 'containers', 'images', 'builds'];

const both = (one: () => void, other: () => void) => (): void => {
  one();
  other();
};

/** Ties progress notifications to the request they belong to. */
function progressOver(wire: Wire) {
  let last = 0;
  return async <T>(
    listener: (value: ServerNotifications['gantry/progress']['value']) => void,
    send: (progress: string) => Promise<T>,
  ): Promise<T> => {
    const id = `client-${++last}`;
    const stop = wire.onNotification('gantry/progress', ({ progress, value }) => {
      if (progress === id) listener(value);
    });
    try {
      return await send(id);
    } finally {
      stop();
    }
  };
}

const isBuildProgress = (value: ServerNotifications['gantry/progress']['value']): value is BuildProgress =>
  value.kind === 'step' || value.kind === 'log' || value.kind === 'transfer';

export const serverStopped: Problem = {
  kind: 'internal',
  subject: 'Gantry',
  message: 'The server behind Gantry stopped.',
  next: 'Run "Gantry: Restart Server"; the "Gantry" output says why it stopped.',
};

/** Whatever was thrown, as a problem of `subject`. */
export function problemOf(error: unknown, subject: string): Problem {
  if (error instanceof RequestError) return error.problem;
  return { kind: 'internal', subject, message: error instanceof Error ? error.message : String(error) };
}

/** Whether somebody asked for this to stop: never shown and never logged. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
