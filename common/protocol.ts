/**
 * What client and server say to each other beyond the Language Server Protocol.
 *
 * Every method is a key of one of the maps below, with the shape of its parameters and of its result.
 * Requests may be cancelled with the LSP's own `$/cancelRequest`. A request that fails answers with a `ResponseError`
 * whose `data` is a {@link Problem}. Lists that a view shows are {@link Known}, so a view can tell "none" from "cannot say".
 */
import type { Range } from 'vscode-languageserver-types';
import type { Known, Problem } from './known.ts';
import type { ImageAnalysis, LayerComparison, LayerEntry } from './layers.ts';
import type { Platform } from './platform.ts';
import type {
  AzureCloud,
  Deleted,
  DeleteMethod,
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
} from './registry.ts';

/** The client asks, the server answers. */
export interface ClientRequests {
  /** Where the engine is and what it is; connects when not connected yet. For the views' welcome and error nodes. */
  'gantry/engine/status': { params: Record<string, never>; result: Known<EngineStatus> };

  /** All containers, running or not. */
  'gantry/containers/list': { params: Record<string, never>; result: Known<readonly Container[]> };
  /** One verb on one container. Resolves when the engine has done it. */
  'gantry/containers/act': { params: { id: string; action: ContainerAction }; result: null };
  /** The engine's own JSON of a container, unchanged, to be shown read-only. */
  'gantry/containers/inspect': { params: { id: string }; result: unknown };
  /** Creates and starts a container from an image. */
  'gantry/containers/run': { params: RunSpec; result: RunResult };

  /** All images of the engine, one entry an image id. */
  'gantry/images/list': { params: Record<string, never>; result: Known<readonly Image[]> };
  /** What an image's config says that running or debugging it needs. `reference` may be an id. */
  'gantry/images/config': { params: { reference: string }; result: ImageConfig };
  /** The engine's own JSON of an image, unchanged, to be shown read-only. */
  'gantry/images/inspect': { params: { reference: string }; result: unknown };
  /** Removes one tag, or the image when `reference` is an id or the last tag. Fails with kind `conflict` when in use and not `force`. */
  'gantry/images/remove': { params: { reference: string; force: boolean }; result: null };
  'gantry/images/tag': { params: { reference: string; target: string }; result: null };
  /** Pulls through the engine, with the credentials of the reference's registry. Progress: {@link PullProgress}. */
  'gantry/images/pull': { params: { reference: string; platform?: string; progress?: string }; result: null };
  /** Pushes through the engine, after asking the registry whether we may. Progress: {@link PullProgress} of kind `push`. */
  'gantry/images/push': { params: { reference: string; progress?: string }; result: { digest?: string } };
  /** Builds with BuildKit where the engine has it. Progress: {@link BuildProgress}. */
  'gantry/images/build': { params: BuildSpec; result: BuildResult };

  /** Registries the user has: configured, signed in to, and those that everybody has. */
  'gantry/registries/list': { params: Record<string, never>; result: RegistryList };
  /** One page of what is below `path` of a registry (its root when absent): namespaces first where it has them, repositories. */
  'gantry/registries/repositories': {
    params: ListQuery & { host: string; path?: string };
    result: Known<Page<RepositoryRow>>;
  };
  /** One page of a repository's tags, sorted as far as the registry can. `repository` is the name without the host. Asks for no manifests. */
  'gantry/registries/tags': {
    params: ListQuery & { host: string; repository: string; order?: TagOrder };
    result: Known<Page<TagRow>>;
  };
  /** What a tag or digest holds: one entry a platform (attestations apart), sizes compressed. */
  'gantry/registries/platforms': {
    params: { host: string; repository: string; tag: string };
    result: Known<TagDetails>;
  };
  /** The digest that a tag names now, by a request that counts as no pull. */
  'gantry/registries/digest': {
    params: { host: string; repository: string; tag: string };
    result: { digest: string };
  };
  /** The layers of one platform's image, by the digest of its manifest. */
  'gantry/registries/layers': {
    params: { host: string; repository: string; digest: string };
    result: Known<ImageLayers>;
  };
  /** What refers to a digest. */
  'gantry/registries/referrers': {
    params: { host: string; repository: string; digest: string };
    result: Known<readonly ReferrerRow[]>;
  };
  /** What an attestation of an index says, by the digest that {@link TagDetails} has for it. */
  'gantry/registries/attestation': {
    params: { host: string; repository: string; digest: string };
    result: Known<readonly StatementRow[]>;
  };
  /** A manifest, or the config of an image (of `platform` where it is an index), as the registry keeps it; to be shown read-only. */
  'gantry/registries/document': {
    params: { host: string; repository: string; reference: string; what: 'manifest' | 'config'; platform?: string };
    result: unknown;
  };
  /** `insecure`: the user allows plain HTTP and a certificate that nobody vouches for. */
  'gantry/registries/probe': { params: { text: string; insecure?: boolean }; result: ProbeResult };
  /** Tries a sign-in and keeps it where docker keeps its own, else in the client's store for secrets. `insecure` as in a probe. */
  'gantry/registries/signIn': { params: { host: string; signIn: SignIn; insecure?: boolean }; result: SignedIn };
  /** Forgets what Gantry keeps for it. What docker keeps stays. */
  'gantry/registries/signOut': { params: { host: string }; result: null };
  /** Registries that the user's account leads to. Asks the user to sign in where need be. */
  'gantry/registries/discover': { params: { provider: 'azure'; cloud?: AzureCloud }; result: Discovery };
  /** What would go, before anything does. Without `tags` and `digest`: the whole repository. */
  'gantry/registries/deletePreview': {
    params: { host: string; repository: string; tags?: readonly string[]; digest?: string };
    result: readonly DeletePreview[];
  };
  /** Does what one preview says. */
  'gantry/registries/delete': {
    params: { host: string; repository: string; method: DeleteMethod; tag?: string; digest?: string };
    result: Deleted;
  };
  /** Reaches a registry step by step. Progress: {@link DiagnoseStep}, each as it ends. */
  'gantry/registries/diagnose': {
    params: { host: string; repository?: string; progress?: string };
    result: readonly DiagnoseStep[];
  };
  /** Docker Hub's search. */
  'gantry/registries/search': { params: { text: string; cursor?: string }; result: Known<Page<SearchRow>> };
  /** Forgets what is cached of a registry (all of it without `host`), so that the next question asks it again. */
  'gantry/registries/refresh': { params: { host?: string }; result: null };

  /**
   * What an image is made of: of a local one by its files, of a registry's by manifest and config, without fetching a layer.
   * Kept by image id. `platform` as in `docker pull`, for a registry's. Progress: {@link AnalyzeProgress}.
   */
  'gantry/layers/analyze': {
    params: { reference: string; source: 'engine' | 'registry'; platform?: string; progress?: string };
    result: ImageAnalysis;
  };
  /**
   * What a layer of an analyzed local image has in a folder (`/` for all of it), the largest first, at most 5,000 of it. With `filter`:
   * what has that text in its name, in any case, however deep below the folder; of a text with a slash, in its path. Names are paths
   * from the folder on then, at most 1,000 of them.
   */
  'gantry/layers/files': {
    params: { id: string; layer: number; folder: string; filter?: string };
    result: readonly LayerEntry[];
  };
  /** The image that an open Dockerfile was last built as, whoever built it; null where the engine remembers none. */
  'gantry/layers/built': { params: { uri: string }; result: { readonly id: string } | null };
  /** Two images of the engine, or of registries, whichever: there nothing is pulled. `platform` as above. Progress: {@link AnalyzeProgress}. */
  'gantry/layers/compare': {
    params: { first: string; second: string; source: 'engine' | 'registry'; platform?: string; progress?: string };
    result: LayerComparison;
  };

  /** Opens a stream and says its number; data follows as notifications. */
  'gantry/stream/open': { params: StreamSpec; result: { stream: number } };
  /** The inspector or debug adapter behind a published port answers; fails with kind `timeout` or when the container stops. */
  'gantry/debug/ready': { params: { id: string; port: number; timeoutMs: number }; result: null };
}

/** The client tells, nobody answers. */
export interface ClientNotifications {
  /** Input typed into an attached stream. */
  'gantry/stream/write': { stream: number; data: string };
  'gantry/stream/resize': { stream: number; columns: number; rows: number };
  /** The client has shown this many bytes (of UTF-8); the server keeps at most {@link streamWindowBytes} unacknowledged. */
  'gantry/stream/acknowledge': { stream: number; bytes: number };
  /** The client no longer wants it. What runs behind an exec is hung up. */
  'gantry/stream/close': { stream: number };
  /** The user trusts what is open from now on: what it names may be asked about, as a build would. */
  'gantry/trusted': Record<string, never>;
}

/** The server asks, the client answers. */
export interface ServerRequests {
  /** A secret of ours in the client's store; null where it has none. */
  'gantry/secrets/get': { params: { key: string }; result: string | null };
  /** Keeps a secret, or forgets it when `value` is null. */
  'gantry/secrets/set': { params: { key: string; value: string | null }; result: null };
  /** An account that the client knows; null where there is none and nobody may be asked (not `interactive`), or where the user says no. */
  'gantry/session': {
    params: { provider: 'microsoft' | 'github'; scopes: readonly string[]; interactive: boolean };
    result: { accessToken: string; account: string } | null;
  };
}

/** The server tells, nobody answers. */
export interface ServerNotifications {
  /** Something changed on the engine's side: what a view shows of it is to be asked for again. */
  'gantry/engine/changed': { what: readonly ('status' | 'containers' | 'images' | 'builds')[] };
  /** What is known of registries changed (settings, sign-in, refresh, a push). Without `host`: all. `repository`: that one only. */
  'gantry/registries/changed': { host?: string; repository?: string };
  /** A completion that was asked there has more to offer now than it had. Positions as in the LSP. */
  'gantry/completion/late': { uri: string; version: number; position: { line: number; character: number } };
  'gantry/stream/data': { stream: number; data: string };
  /** The stream is over. `exitCode` for an exec; `problem` when it broke. */
  'gantry/stream/end': { stream: number; exitCode?: number; problem?: Problem };
  /** Progress of a request that was sent with this `progress` id. */
  'gantry/progress': { progress: string; value: BuildProgress | PullProgress | DiagnoseProgress | AnalyzeProgress };
}

export const streamWindowBytes = 256 * 1024;

export interface EngineStatus {
  /** How it was found, for people: `DOCKER_HOST`, `context colima`, `/var/run/docker.sock`. */
  readonly origin: string;
  /** The address without credentials: `unix:///var/run/docker.sock`. */
  readonly address: string;
  readonly product: 'docker' | 'podman';
  readonly version: string;
  readonly apiVersion: string;
  readonly platform: Platform;
  /** Whether it serves BuildKit's own API (`/grpc`): line-exact build errors and layer sizes need it. */
  readonly buildkit: boolean;
  /** How far its clock is ahead of ours, at most: whole seconds in milliseconds. Absent where they may be the same. */
  readonly clockAheadMs?: number;
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface Container {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  /** As the user named it, or an id when the tag has moved on. */
  readonly image: string;
  readonly state: ContainerState;
  /** The engine's own words: `Up 2 hours (healthy)`. */
  readonly status: string;
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly ports: readonly PublishedPort[];
  /** From `com.docker.compose.project` and `.service`. */
  readonly compose?: { readonly project: string; readonly service: string };
}

export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Absent when exposed but not published. */
  readonly hostPort?: number;
  readonly hostIp?: string;
}

export type ContainerAction = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'remove' | 'removeForce';

export interface Image {
  readonly id: string;
  /** Full tags; empty for a dangling image. */
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  /** Unpacked bytes on the engine, layers shared with others included. */
  readonly bytes: number;
  readonly created: number;
  /** How many containers use it, where the engine says. */
  readonly containers?: number;
}

export interface ImageConfig {
  readonly id: string;
  readonly platform: Platform;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** `NAME=value` lines. */
  readonly environment: readonly string[];
  /** For example `8080/tcp`. */
  readonly exposedPorts: readonly string[];
  readonly workingDirectory: string;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bytes: number;
}

export interface RunSpec {
  readonly image: string;
  readonly name?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: readonly string[];
  /** `hostPort` 0 lets the engine choose a free one. */
  readonly ports: readonly { containerPort: number; protocol: 'tcp' | 'udp'; hostPort: number; hostIp?: string }[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Removed by the engine when it stops. */
  readonly autoRemove?: boolean;
  /** A tiny init as process 1, so that signals end what does not handle them. */
  readonly init?: boolean;
}

export interface RunResult {
  readonly id: string;
  readonly name: string;
  /** As published, host ports filled in. */
  readonly ports: readonly PublishedPort[];
}

export interface BuildSpec {
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string;
  /** Absolute path of the build context. */
  readonly context: string;
  readonly tags: readonly string[];
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly noCache?: boolean;
  readonly progress?: string;
}

/** One line of what a build is doing. A step is sent again whenever something of it changes. */
export type BuildProgress =
  | {
      readonly kind: 'step';
      readonly id: string;
      /** BuildKit's own name: `[build 2/4] RUN npm ci`. */
      readonly name: string;
      readonly state: 'running' | 'done' | 'cached' | 'failed' | 'canceled';
      readonly seconds?: number;
    }
  | { readonly kind: 'log'; readonly id: string; readonly text: string }
  | {
      readonly kind: 'transfer';
      readonly id: string;
      readonly name: string;
      readonly current: number;
      readonly total?: number;
    };

export type BuildResult =
  | {
      readonly kind: 'built';
      readonly imageId: string;
      readonly tags: readonly string[];
      readonly seconds: number;
      readonly bytes?: number;
    }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Lines of the Dockerfile at fault, where the engine knows them. */
      readonly range?: Range;
      readonly exitCode?: number;
      /** The name of the step that failed. */
      readonly step?: string;
      /** The last lines the failing step printed. */
      readonly log?: string;
    };

export interface PullProgress {
  readonly kind: 'pull' | 'push';
  /** Compressed bytes over all layers that the engine has told of so far. */
  readonly current: number;
  readonly total: number;
  /** The engine's last words, for example `Extracting`. */
  readonly status: string;
}

export interface DiagnoseProgress {
  readonly kind: 'diagnose';
  readonly step: DiagnoseStep;
}

export interface AnalyzeProgress {
  readonly kind: 'analyze';
  /** Bytes read of an image that has `total`, by the engine's word. */
  readonly current: number;
  readonly total: number;
}

export type StreamSpec =
  /** Output of a container, the last `tail` lines first, then as it comes while `follow`. */
  | {
      readonly kind: 'logs';
      readonly id: string;
      readonly tail: number;
      readonly follow: boolean;
      readonly timestamps: boolean;
    }
  /** An interactive shell: the best of `shells` that the container has. */
  | {
      readonly kind: 'shell';
      readonly id: string;
      readonly columns: number;
      readonly rows: number;
      readonly user?: string;
    };
