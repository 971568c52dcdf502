/** What the nodes of the registries view stand for. Commands act on these. */
import { formatReference } from '../../common/reference.ts';
import type { Registry } from '../../common/registry.ts';

export type RegistryValue =
  | RegistryPlace
  | FolderPlace
  | RepositoryPlace
  | TagPlace
  | PlatformPlace
  | ReferrerPlace
  | MorePlace;

/** The way to the next page of a list. */
export interface MorePlace {
  readonly kind: 'more';
  readonly list: string;
}

/** What has a list below it that can be filtered. */
export type ListPlace = RegistryPlace | FolderPlace | RepositoryPlace;

export function isList(value: RegistryValue): value is ListPlace {
  return value.kind === 'registry' || value.kind === 'folder' || value.kind === 'repository';
}

interface InRegistry {
  readonly host: string;
  readonly registry: Registry;
}

/** Something whose list can be filtered. */
interface Listing {
  /** The name of the list below it. */
  readonly list: string;
}

export interface RegistryPlace extends InRegistry, Listing {
  readonly kind: 'registry';
}

/** A namespace, or what names of several levels have in common. */
export interface FolderPlace extends InRegistry, Listing {
  readonly kind: 'folder';
  /** Without the slash at its end: `team/apps`. */
  readonly path: string;
}

export interface RepositoryPlace extends InRegistry, Listing {
  readonly kind: 'repository';
  readonly repository: string;
  /** As docker would name it. */
  readonly reference: string;
  /** Opened by its name, and shown because of that. */
  readonly opened: boolean;
  /** Its page for people, where the registry told of one. */
  readonly page?: string;
}

export interface TagPlace extends InRegistry {
  readonly kind: 'tag';
  readonly repository: string;
  readonly tag: string;
  readonly reference: string;
  /** Where the list says it. */
  readonly digest?: string;
  readonly locked: boolean;
  /** Nothing that an engine could run: a chart, a signature. */
  readonly artifact: boolean;
  /** As of its repository. */
  readonly page?: string;
}

export interface PlatformPlace extends InRegistry {
  readonly kind: 'platform';
  readonly repository: string;
  /** What it is pulled by: the tag it was found under; its digest where that has several for the platform. */
  readonly reference: string;
  readonly platform: string;
  readonly digest: string;
}

/** Something that belongs to an image: a signature, an SBOM, provenance. */
export interface ReferrerPlace extends InRegistry {
  readonly kind: 'referrer';
  readonly repository: string;
  readonly digest: string;
}

export const isRegistryPlace = (value: RegistryValue): value is RegistryPlace => value.kind === 'registry';
export const isRepositoryPlace = (value: RegistryValue): value is RepositoryPlace => value.kind === 'repository';
export const isTagPlace = (value: RegistryValue): value is TagPlace => value.kind === 'tag';
export const isMore = (value: RegistryValue): value is MorePlace => value.kind === 'more';

/** What an engine can be asked for, as far as the list tells. */
export type ImagePlace = TagPlace | PlatformPlace;

export function isImage(value: RegistryValue): value is ImagePlace {
  return value.kind === 'platform' || (value.kind === 'tag' && !value.artifact);
}

export type Referenced = ImagePlace | RepositoryPlace;

export const hasReference = (value: RegistryValue): value is Referenced => 'reference' in value;

/** As docker would name it. A platform's image goes by its digest: its tag has others too. */
export function referenceOf(value: Referenced): string {
  if (value.kind !== 'platform') return value.reference;
  return formatReference({ registry: value.host, repository: value.repository, digest: value.digest });
}

/** The name of the list of what is below `path` of a registry. */
export function repositoryList(host: string, path?: string): string {
  return path === undefined ? host : `${host}/${path}/`;
}

export function tagList(host: string, repository: string): string {
  return `${host}/${repository}:`;
}
