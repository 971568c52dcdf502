/** What is said about registries: the shapes that client and server, and the parts of the server, hand to each other. */
import type { Problem } from './known.ts';
import type { Platform } from './platform.ts';
import { dockerHub } from './reference.ts';

/** The product behind a registry. `generic`: it speaks the protocol of every registry, and nothing more is known of it. */
export type RegistryKind = (typeof registryKinds)[number];

export const registryKinds = [
  'hub',
  'mcr',
  'acr',
  'ghcr',
  'ecr',
  'gar',
  'gitlab',
  'harbor',
  'quay',
  'dtr',
  'generic',
] as const;

/** One registry of the setting `gantry.registries`, as it is written there. */
export interface RegistrySetting {
  /** What references name: `registry.example:5000`. */
  readonly host: string;
  /** The product; found out by asking the registry where it is absent. */
  readonly kind?: RegistryKind;
  /** Where the registry's API answers, if not at the host: a mirror or proxy. May have a path. */
  readonly url?: string;
  /** Where its product's own API and its pages for people are, if not where the product has them. */
  readonly webUrl?: string;
  /** What the tree shows. */
  readonly name?: string;
  /** Any certificate will do, and plain HTTP where HTTPS does not work. */
  readonly insecure?: boolean;
  /** Path of a PEM file with the authorities that vouch for the registry's certificate, beside those of the system. */
  readonly caFile?: string;
  /** Sent along with every request to the registry's own origin. Not for secrets. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Repositories outside of it are not shown: `team/`. */
  readonly prefix?: string;
}

/** What everybody has. */
export const builtinHosts: readonly string[] = [dockerHub, 'mcr.microsoft.com'];

export interface RegistryList {
  readonly registries: readonly Registry[];
  /** What may keep some of them from the list: a setting that means nothing, a file of sign-ins that cannot be read. */
  readonly problems: readonly Problem[];
}

export interface Registry {
  /** What references name: `docker.io`, `127.0.0.1:5000`. */
  readonly host: string;
  /** What the tree shows. */
  readonly name: string;
  /** Who we are there, where known; never a secret. */
  readonly account?: string;
  /** Who keeps the sign-in there is; absent without one. Its name may not be known all the same. */
  readonly signedInBy?: 'docker' | 'podman' | 'gantry';
  /** Where it was found. */
  readonly origin: 'settings' | 'docker' | 'podman' | 'gantry' | 'builtin';
  readonly kind: RegistryKind;
  /** What runs there, where it showed itself and many registries run it: `Harbor`. */
  readonly software?: string;
  /** Its pages for people, where it has some: `https://hub.docker.com`. */
  readonly webUrl?: string;
  readonly can: RegistryAbilities;
}

/** What a product's API has, so that nothing is offered that cannot work. A registry may still refuse it to us. */
export interface RegistryAbilities {
  /** Repositories can be listed at all. */
  readonly listRepositories: boolean;
  /** A tag can be taken away and its image stay. `perhaps`: the software is not known, and says so only when it is asked. */
  readonly untag: boolean | 'perhaps';
  /** An image can be deleted, with every tag on it. */
  readonly deleteImage: boolean;
  readonly deleteRepository: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Ask again with it for the next page; absent on the last. */
  readonly cursor?: string;
  readonly total?: number;
}

/** What a list is asked for. */
export interface ListQuery {
  /** Only what has this text in its name, upper or lower case. */
  readonly filter?: string;
  /** Of the page before. */
  readonly cursor?: string;
}

export interface RepositoryRow {
  /** From the registry's root, without the host: `team/app`. */
  readonly name: string;
  /** A namespace, project or owner: not a repository, but what repositories are asked for by `path`. */
  readonly folder?: true;
  readonly description?: string;
  /** Last pushed to, milliseconds since 1970. */
  readonly updated?: number;
  readonly tagCount?: number;
  readonly private?: boolean;
  /** Listed, but nothing can be pulled from it any more. */
  readonly retired?: true;
  /** Its page for people, where the registry tells of one that does not follow from its name. */
  readonly page?: string;
}

export interface TagRow {
  readonly name: string;
  /** Of the manifest or index. Tags with the same digest are the same image. */
  readonly digest?: string;
  /** Milliseconds since 1970, when it was pushed or built, as `dated` says. */
  readonly date?: number;
  readonly dated?: 'pushed' | 'created';
  /** What has to be downloaded, of a single platform; absent for an index unless all of its sizes are known. */
  readonly compressedBytes?: number;
  /** As `docker pull --platform` names them: `linux/arm64`. */
  readonly platforms?: readonly string[];
  /** The registry does not let it be moved or deleted. */
  readonly locked?: true;
  /** `attachment`: a signature or the like that belongs to another image (cosign's tags, the referrers tag schema). */
  readonly kind?: 'image' | 'artifact' | 'attachment';
}

/** How a list of tags is sorted: by version, newest first; by date, newest first; by name. */
export type TagOrder = 'version' | 'date' | 'name';

export interface TagDetails {
  readonly digest: string;
  readonly mediaType: string;
  /** `artifact`: not a container image (a Helm chart, a signature). */
  readonly kind: 'image' | 'index' | 'artifact';
  /** What an artifact calls itself: `application/vnd.cncf.helm.config.v1+json`. */
  readonly artifactType?: string;
  readonly platforms: readonly PlatformDetails[];
  /** Provenance and SBOM as BuildKit puts them into the index, each with the digest it speaks of. */
  readonly attestations?: readonly { readonly digest: string; readonly of?: string }[];
}

export interface PlatformDetails {
  readonly platform: Platform;
  readonly digest: string;
  /** Compressed bytes of the layers. */
  readonly compressedBytes?: number;
  readonly created?: number;
}

/** What one platform's image holds, from its manifest and config. */
export interface ImageLayers {
  /** Of the image's manifest. */
  readonly digest: string;
  readonly platform: Platform;
  readonly created?: number;
  readonly config: ImageFacts;
  /** In order, the base first. */
  readonly layers: readonly LayerRow[];
}

/** What an image's config says that people want to know. */
export interface ImageFacts {
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** For example `8080/tcp`. */
  readonly exposedPorts?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Names only: values may be secrets. */
  readonly environment?: readonly string[];
}

export interface LayerRow {
  readonly digest: string;
  readonly mediaType: string;
  readonly compressedBytes: number;
  /** Of the unpacked layer; the same layer has it on every engine. */
  readonly diffId?: string;
  /** The instruction that made it, from the config's history. */
  readonly createdBy?: string;
  /** Whether the engine has this layer already; absent where that is not known. */
  readonly local?: boolean;
}

/** Something that refers to an image: a signature, an SBOM, an attestation. */
export interface ReferrerRow {
  readonly digest: string;
  /** What it calls itself: `application/vnd.dev.cosign.artifact.sig.v1+json`. */
  readonly artifactType: string;
  readonly bytes?: number;
  readonly created?: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Under which tag it was found, where the registry has no referrers. */
  readonly tag?: string;
}

/** One thing that an attestation says of an image. */
export interface StatementRow {
  /** Of the blob that holds it. */
  readonly digest: string;
  /** Which kind it is, by its in-toto name: `https://slsa.dev/provenance/v1`, `https://spdx.dev/Document`. */
  readonly predicateType?: string;
  readonly bytes?: number;
}

/** What two images share, layer by layer. */
export interface ImageComparison {
  readonly first: ImageLayers;
  readonly second: ImageLayers;
  /** Digests of layers that both have. */
  readonly shared: readonly string[];
  /** Compressed bytes that one who has the first has to download for the second. */
  readonly downloadBytes: number;
}

/** What stands behind something that a person pasted: a host, an address, an image reference, `docker pull …`. */
export interface ProbeResult {
  readonly host: string;
  /** Where the text named an image. */
  readonly repository?: string;
  readonly tag?: string;
  /** One sentence about the text itself: a password in it was passed over. */
  readonly warning?: string;
  readonly kind: RegistryKind;
  readonly name: string;
  /** Only plain HTTP answered. */
  readonly insecure: boolean;
  /** It answers, and is a registry. Else `problem` says why not. */
  readonly reachable: boolean;
  readonly problem?: Problem;
  /** It lets anybody read. */
  readonly anonymous: boolean;
  /** Who we are there already. */
  readonly account?: string;
  /** Where those credentials come from, in words: `docker's config.json`. */
  readonly accountFrom?: string;
  /** How one can sign in, the best first. */
  readonly signIn: readonly SignInMethod[];
}

/** `token`: one secret, with a user name where the product wants one. `session`: an account that VS Code knows. */
export type SignInMethod =
  | { readonly kind: 'session'; readonly provider: 'microsoft' | 'github' }
  | { readonly kind: 'password' }
  | { readonly kind: 'token'; readonly username: 'required' | 'none' /** Where one is made. */; readonly url?: string }
  /** A credential helper or another program signs in: what to do, in one sentence. */
  | { readonly kind: 'outside'; readonly how: string };

/** What a person gave to sign in with. Never logged and never kept outside a store for secrets. */
export type SignIn =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly username?: string; readonly token: string }
  | {
      readonly kind: 'session';
      readonly provider: 'microsoft' | 'github';
      /** Of Microsoft: the directory that the registry belongs to. */
      readonly tenant?: string;
      /** Of GitHub: what Gantry may do with it; `read` when absent, and each includes the one before. */
      readonly access?: 'read' | 'write' | 'delete';
    };

export interface SignedIn {
  readonly account?: string;
  /** Where the secret is kept, in words for a person: `docker-credential-desktop`. */
  readonly keptIn: string;
  /** What else the user ought to know of it, a sentence each. */
  readonly notes?: readonly string[];
}

/** A registry that an account leads to. */
export interface DiscoveredRegistry {
  readonly host: string;
  readonly name: string;
  /** Of Azure: the name of the subscription it belongs to. */
  readonly subscription: string;
  /** Of Azure: the id of the directory it belongs to, which signing in to it takes. */
  readonly tenant: string;
  readonly location?: string;
}

export interface Discovery {
  readonly registries: readonly DiscoveredRegistry[];
  /** What could not be asked, a directory or a subscription each. The rest is there all the same. */
  readonly problems: readonly Problem[];
}

/** The clouds of Azure, each with accounts and addresses of its own. */
export type AzureCloud = 'public' | 'china' | 'government';

/** How the registry would take a tag away. */
export type DeleteMethod = 'untag' | 'image' | 'repository';

export interface DeletePreview {
  readonly repository: string;
  /** Absent for an image without one. */
  readonly tag?: string;
  readonly digest?: string;
  readonly method: DeleteMethod | 'unsupported';
  /** Why it is not possible, where it is not: locked, the registry has no such thing. */
  readonly reason?: string;
  /** Every tag that goes with it, itself included, as far as known. */
  readonly tags: readonly string[];
  /** Whether there may be tags on this image that the registry does not tell of. */
  readonly tagsComplete: boolean;
}

export interface Deleted {
  /**
   * How many images of the index that was deleted are there still, by their digests: what an index names is not its own.
   * 0 also where that is not known.
   */
  readonly imagesLeft: number;
}

/** One step of reaching a registry: DNS, TCP, TLS, proxy, challenge, token, scope. */
export interface DiagnoseStep {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  /** One sentence, secrets redacted. */
  readonly detail: string;
  /** One sentence: what the user can do. */
  readonly next?: string;
  readonly ms?: number;
}

/** A repository that a search found. */
export interface SearchRow {
  /** As a reference names it: `nginx`, `grafana/grafana`. */
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly pulls?: number;
  readonly official: boolean;
}
