/** What stands behind something pasted: whether a registry answers there, which product it is, and how to sign in to it. */
import type { Problem } from '../../../common/known.ts';
import type { ProbeResult, RegistryKind, RegistrySetting } from '../../../common/registry.ts';
import { type Credential, nobody } from '../../util/credential.ts';
import { ProblemError } from '../../util/problemError.ts';
import type { Distribution } from '../distribution.ts';
import type { HttpResponse } from '../http.ts';
import type { Product } from '../products/product.ts';
import { recognise } from '../products/products.ts';
import { signsOf } from '../signs.ts';
import { type Pasted, parsePasted } from './pasted.ts';
import type { SignInRoom } from './signIn.ts';

/**
 * HTTPS is tried first; plain HTTP only for this machine, or where the user allowed it by `insecure`, in the setting or by
 * writing `http://`. Throws a ProblemError when the text names no registry; a registry that does not answer is a result.
 */
export async function probe(
  { registries, signIns }: Omit<SignInRoom, 'sessions'>,
  { text, insecure = false }: { readonly text: string; readonly insecure?: boolean | undefined },
  signal: AbortSignal,
): Promise<ProbeResult> {
  const pasted = parsePasted(text);
  if (pasted === undefined) throw nothingIn(text);
  const { host, repository, tag } = pasted;
  const known = registries.settingOf(host);
  const setting: RegistrySetting = { ...known, insecure: insecure || pasted.plain || known.insecure === true };
  const answers: HttpResponse[] = [];
  const distribution = registries.meet(setting, nobody, (response) => void answers.push(response));
  const openness = await ask(distribution, repository, answers, signal);
  const product = productOf(registries.productOf(host), setting, answers[0]);
  const account = await accountAt(signIns, pasted, signal);
  const problem = openness.problem ?? account.problem;
  return {
    host,
    ...(repository !== undefined && { repository }),
    ...(tag !== undefined && { tag }),
    ...(pasted.hadSecret && {
      warning: `The name and password in what you pasted were not used; sign in to ${host} instead.`,
    }),
    kind: product.kind,
    name: setting.name ?? product.name ?? host,
    insecure: openness.reachable && distribution.base.protocol === 'http:',
    reachable: openness.reachable,
    ...(problem !== undefined && { problem }),
    anonymous: openness.anonymous || (answers.length > 1 && openToAll.has(product.kind)),
    ...(account.name !== undefined && { account: account.name }),
    ...(account.from !== undefined && { accountFrom: account.from }),
    signIn: product.signIn(host),
  };
}

/** Where anybody gets a token, and most of what there is may be read with it; which repository, only it knows. */
const openToAll: ReadonlySet<RegistryKind> = new Set(['hub', 'mcr', 'ghcr', 'quay']);

interface Openness {
  readonly reachable: boolean;
  readonly anonymous: boolean;
  readonly problem?: Problem;
}

/** As one whom nobody knows. */
async function ask(
  distribution: Distribution,
  repository: string | undefined,
  answers: readonly HttpResponse[],
  signal: AbortSignal,
): Promise<Openness> {
  const refused = await problemOf(distribution.ping(signal));
  const first = answers[0];
  if (refused === undefined && first?.status === 200 && isPage(first)) return notARegistry(first);
  if (refused === undefined) return { reachable: true, anonymous: true };
  if (first === undefined) return { reachable: false, anonymous: false, problem: refused };
  const asksWho = first.status === 401 && first.headers['www-authenticate'] !== undefined;
  if (!asksWho && refused.kind !== 'rateLimited') {
    const isLikely = first.headers['docker-distribution-api-version'] !== undefined || first.status === 403;
    return isLikely ? { reachable: true, anonymous: false, problem: refused } : notARegistry(first, refused);
  }
  // A token for nothing in particular may be refused where one for a public repository is not.
  const isOpen =
    repository !== undefined && (await problemOf(distribution.tags(repository, undefined, 1, signal))) === undefined;
  // Whoever has another reason than not knowing us (429, a broken token server) is to be told of.
  const isTrouble = refused.kind !== 'unauthorized' && refused.kind !== 'denied';
  return { reachable: true, anonymous: isOpen, ...(isTrouble && { problem: refused }) };
}

async function problemOf(work: Promise<unknown>): Promise<Problem | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

function isPage({ headers, body }: HttpResponse): boolean {
  return (
    /html/i.test(String(headers['content-type'] ?? '')) ||
    body.subarray(0, 200).toString('latin1').trimStart().startsWith('<')
  );
}

function notARegistry({ url, status }: HttpResponse, refused?: Problem): Openness {
  const problem: Problem = {
    kind: 'badAnswer',
    subject: url.host,
    message: `${url.host} answers, but not as a registry does (status ${status} for /v2/).`,
    next: 'Check the address: the registry may be at another host or port than its pages for people.',
  };
  // What the other side says of itself is worth more than that it is no registry.
  const isTold = refused !== undefined && ['unreachable', 'timeout', 'rateLimited'].includes(refused.kind);
  return { reachable: false, anonymous: false, problem: isTold ? refused : problem };
}

function productOf(known: Product, { kind }: RegistrySetting, answer: HttpResponse | undefined): Product {
  if (kind !== undefined || known.kind !== 'generic' || answer === undefined) return known;
  return recognise(signsOf(answer)) ?? known;
}

interface AccountHere {
  readonly name?: string;
  readonly from?: string;
  readonly problem?: Problem;
}

async function accountAt(
  signIns: SignInRoom['signIns'],
  { host, repository }: Pasted,
  signal: AbortSignal,
): Promise<AccountHere> {
  try {
    const located = await signIns.locate(host, repository, signal);
    return located === undefined ? {} : { name: nameOf(located.credential), from: located.from };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem };
    throw error;
  }
}

function nameOf(credential: Credential): string {
  return (credential.kind === 'registryToken' ? undefined : credential.username) ?? 'a token';
}

function nothingIn(text: string): ProblemError {
  const subject = text.trim().slice(0, 60);
  return new ProblemError({
    kind: 'notFound',
    subject: 'registries',
    message: subject === '' ? 'Nothing was given to look for.' : 'No registry and no image can be read from that.',
    next: 'Paste a host (registry.example:5000), an address, an image (ghcr.io/owner/app) or a whole docker pull command.',
  });
}
