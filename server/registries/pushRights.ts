import { dockerHub, type ImageReference } from '../../common/reference.ts';
import type { Credentials } from '../util/credential.ts';
import { ProblemError } from '../util/problemError.ts';
import type { Registries } from './registries.ts';

/**
 * An engine uploads for minutes before it hears that it may not, so the registry is asked first. Throws a ProblemError with
 * what to do where it says no. Where only we cannot reach it, or it does not say, the engine may try.
 */
export async function checkPush(
  registries: Pick<Registries, 'ask' | 'productOf'>,
  credentials: Pick<Credentials, 'find'>,
  { registry, repository }: Pick<ImageReference, 'registry' | 'repository'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await registries.ask(registry, (client) => client.checkPush(repository, signal));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { kind } = error.problem;
    if (kind === 'unsupported' || kind === 'credentials') throw error;
    const name = `${registry}/${repository}`;
    if (kind === 'notFound') {
      const next = adviceForNew(registries.productOf(registry).kind, name, repository);
      const message = `${registry} has no ${repository}, or hides it from you, and does not make it of a push.`;
      throw new ProblemError({ kind, subject: name, message, next }, error);
    }
    if (kind === 'unauthorized') throw error;
    if (kind !== 'denied') return;
    const credential = await credentials.find(registry, repository, signal);
    const account = credential !== undefined && 'username' in credential ? credential.username : undefined;
    const next = credential === undefined ? signIn(registry) : adviceFor(registry, repository, account);
    throw new ProblemError({ ...error.problem, subject: name, next }, error);
  }
}

const signIn = (registry: string) => `Sign in, in the Registries view or with: docker login ${registry}`;

/** Most who may not push have the wrong namespace before the name, or none. */
function adviceFor(registry: string, repository: string, account: string | undefined): string {
  const own = registry === dockerHub || registry === 'ghcr.io' ? account?.toLowerCase() : undefined;
  const [namespace] = repository.split('/');
  if (own !== undefined && /^[a-z0-9][a-z0-9._-]*$/.test(own) && namespace !== own) {
    const name = repository.slice(repository.lastIndexOf('/') + 1);
    const host = registry === dockerHub ? '' : `${registry}/`;
    return `Tag it with a namespace that ${own} may push to, such as ${host}${own}/${name}, or ask the owner of ${namespace} for access.`;
  }
  const who = account === undefined ? 'this account' : account;
  return `Tag it with a namespace that ${who} may push to, or sign in with a token that may write.`;
}

/** Some make a repository of the first push to it; these want it, or what is above it, to be there before. */
function adviceForNew(kind: string, name: string, repository: string): string {
  if (kind === 'ecr') return `Create the repository first: aws ecr create-repository --repository-name ${repository}`;
  return `Create ${name}, or the project it belongs to, at the registry first; and check the spelling.`;
}
