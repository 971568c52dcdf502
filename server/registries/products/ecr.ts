/**
 * Amazon's registries, private and public: the protocol alone, since everything else takes a request signed with AWS keys.
 * Sources: Amazon ECR User Guide, "Private registry authentication"; regions as in AWS's own endpoints; the private one's catalog
 * as in mayflower/docker-ls#28.
 */
import { ProblemError } from '../../util/problemError.ts';
import type { RegistryClient } from '../registry.ts';
import type { Product } from './product.ts';

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com`, and the form for both kinds of addresses, in all of Amazon's partitions. */
const privateHosts =
  /^\d{12}\.dkr(?:\.ecr|-ecr)(?:-fips)?\.([a-z0-9-]{4,40})\.(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;
const publicHosts: ReadonlySet<string> = new Set(['public.ecr.aws', 'ecr-public.aws.com']);

/** The most that it gives at once; more is refused. */
const maximumPage = 1000;

const nothingToDelete = { untag: false, deleteImage: false, deleteRepository: false };

const signIn: Product['signIn'] = (host) => [
  { kind: 'outside', how: howToSignIn(host) },
  { kind: 'token', username: 'none' },
];

export const ecrProduct: Product = {
  kind: 'ecr',
  software: 'Amazon ECR',
  matches: (host) => privateHosts.test(host),
  // Its realm is its own address, also where another name leads to it.
  recognises: ({ basicRealm = '' }) => URL.canParse(basicRealm) && privateHosts.test(new URL(basicRealm).host),
  can: { listRepositories: true, ...nothingToDelete },
  signIn,
  adapt: (plain, { host }) => ({
    ...adapt(plain, host),
    async repositories({ n, ...rest }, signal) {
      try {
        return await explained(host, plain.repositories({ n: Math.min(n, maximumPage), ...rest }, signal));
      } catch (error) {
        throw isRefusal(error)
          ? noList(host, "to who is signed in there, or has no list for docker's sign-in", error)
          : error;
      }
    },
  }),
};

/** The public one has a gallery for people, and no list for programs. */
export const ecrPublicProduct: Product = {
  kind: 'ecr',
  software: 'Amazon ECR Public',
  matches: (host) => publicHosts.has(host),
  can: { listRepositories: false, ...nothingToDelete },
  signIn,
  adapt: (plain, { host }) => ({
    ...adapt(plain, host),
    async repositories() {
      throw noList(host, "to docker's sign-in: that takes AWS keys");
    },
  }),
};

function adapt(plain: RegistryClient, host: string): RegistryClient {
  const ask = <T>(question: Promise<T>): Promise<T> => explained(host, question);
  return {
    ...plain,
    tags: (repository, { n, ...rest }, signal) =>
      ask(plain.tags(repository, { n: Math.min(n, maximumPage), ...rest }, signal)),
    inspect: (repository, reference, signal) => ask(plain.inspect(repository, reference, signal)),
    details: (repository, reference, signal) => ask(plain.details(repository, reference, signal)),
    layers: (repository, digest, signal) => ask(plain.layers(repository, digest, signal)),
    resolve: (repository, tag, signal) => ask(plain.resolve(repository, tag, signal)),
    presence: (repository, reference, signal) => ask(plain.presence(repository, reference, signal)),
    manifest: (repository, reference, signal) => ask(plain.manifest(repository, reference, signal)),
    blob: (repository, digest, signal) => ask(plain.blob(repository, digest, signal)),
    referrers: (repository, digest, signal) => ask(plain.referrers(repository, digest, signal)),
    async checkPush(repository, signal) {
      try {
        await ask(plain.checkPush(repository, signal));
      } catch (error) {
        const isMissing = error instanceof ProblemError && error.problem.kind === 'notFound';
        throw isMissing ? notMade(host, repository, error) : error;
      }
    },
    async deleteImage(repository, digest) {
      throw new ProblemError({
        kind: 'unsupported',
        subject: host,
        message: `${host} deletes images for AWS keys only, not for docker's sign-in.`,
        next: `Run: ${aws(host, `batch-delete-image --repository-name ${repository} --image-ids imageDigest=${digest}`)}`,
      });
    },
  };
}

/** What is refused says how one signs in here, which no `docker login` alone can do. */
async function explained<T>(host: string, question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { kind } = error.problem;
    if (kind === 'denied') throw isOver(error) ? signedOut(host, error) : refused(host, error);
    throw kind === 'unauthorized' ? unknownHere(host, error) : error;
  }
}

const isRefusal = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && ['denied', 'notFound', 'unsupported'].includes(error.problem.kind);

function noList(host: string, whom: string, cause?: ProblemError): ProblemError {
  return new ProblemError(
    {
      kind: 'unsupported',
      subject: host,
      message: `${host} does not list its repositories ${whom}.`,
      next: `Open a repository by its name${publicHosts.has(host) ? '' : `; their names: ${aws(host, 'describe-repositories')}`}.`,
    },
    cause,
  );
}

/** `eu-west-1`; that of the public registry is always the same. */
function regionOf(host: string): string {
  return privateHosts.exec(host)?.[1] ?? (publicHosts.has(host) ? 'us-east-1' : 'REGION');
}

function aws(host: string, command: string): string {
  return `aws ${publicHosts.has(host) ? 'ecr-public' : 'ecr'} ${command} --region ${regionOf(host)}`;
}

function login(host: string): string {
  return `${aws(host, 'get-login-password')} | docker login --username AWS --password-stdin ${host}`;
}

function howToSignIn(host: string): string {
  return `Set docker's credential helper ecr-login for ${host}, which signs in with your AWS profile, or run: ${login(host)}`;
}

/** A 403 as any other, but for its words: what was good for twelve hours is over. */
const isOver = ({ problem }: ProblemError): boolean => /\btoken has expired\b/i.test(problem.message);

/** A HEAD is refused without words: it may be over, too. */
function refused(host: string, { problem, cause }: ProblemError): ProblemError {
  const right = 'Ask for the right to it (IAM)';
  const next = `${right}; or, if you signed in more than twelve hours ago, sign in again: ${login(host)}`;
  return new ProblemError({ ...problem, next }, cause);
}

function unknownHere(host: string, { problem, cause }: ProblemError): ProblemError {
  return new ProblemError({ ...problem, next: howToSignIn(host) }, cause);
}

function signedOut(host: string, cause: ProblemError): ProblemError {
  return new ProblemError(
    {
      kind: 'unauthorized',
      subject: host,
      message: `The sign-in to ${host} is over: it is good for twelve hours.`,
      next: `Sign in again: ${login(host)}. With docker's credential helper ecr-login that is never needed.`,
    },
    cause,
  );
}

function notMade(host: string, repository: string, cause: ProblemError): ProblemError {
  return new ProblemError(
    {
      kind: 'notFound',
      subject: host,
      message: `${host} has no repository ${repository}, and makes none for a push.`,
      next: `Make it first: ${aws(host, `create-repository --repository-name ${repository}`)}`,
    },
    cause,
  );
}
