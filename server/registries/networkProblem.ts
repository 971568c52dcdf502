import type { Problem } from '../../common/known.ts';
import { ProblemError } from '../util/problemError.ts';

const certificateCodes: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const timeoutCodes: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** What the other side breaks in the middle, and may well do right the next time. */
const brokenCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RESPONSE_CONTENT_LENGTH_MISMATCH',
  'EAI_AGAIN',
]);

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host is known',
  EAI_AGAIN: 'the name service does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network to it',
};

/** Whether the same request is worth sending again at once. */
export function isTransient(error: unknown): boolean {
  return error instanceof ProblemError && brokenCodes.has(codeOf(error.cause));
}

/** What kept an exchange with `url` from happening, for a person. */
export function networkProblem(error: unknown, url: URL): ProblemError {
  return new ProblemError(describe(codeOf(error), url.host), error);
}

function describe(code: string, subject: string): Problem {
  if (timeoutCodes.has(code)) {
    return {
      kind: 'timeout',
      subject,
      message: `${subject} did not answer in time.`,
      next: 'Check the network, VPN and proxy, then try again.',
    };
  }
  if (certificateCodes.has(code)) {
    return {
      kind: 'certificate',
      subject,
      message: `The certificate of ${subject} is not trusted (${code}).`,
      next: 'Name the PEM file of its issuer as "caFile" of this registry in gantry.registries, or add it to the system\'s trusted certificates.',
    };
  }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return {
      kind: 'unreachable',
      subject,
      message: `${subject} does not speak HTTPS.`,
      next: 'If it is meant to be reached over plain HTTP, set "insecure": true for it in gantry.registries.',
    };
  }
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { kind: 'badAnswer', subject, message: `${subject} answered something that is not HTTP.` };
  }
  if (brokenCodes.has(code) && code !== 'EAI_AGAIN') {
    return {
      kind: 'unreachable',
      subject,
      message: `${subject} broke off the connection before its answer was complete.`,
      next: 'Try again; if it stays so, look at the log of the registry or of the proxy before it.',
    };
  }
  return {
    kind: 'unreachable',
    subject,
    message: `${subject} cannot be reached: ${reasons[code] ?? (code === '' ? 'the connection failed' : code)}.`,
    next: 'Check its name, the network, VPN and proxy, then try again.',
  };
}

/** The innermost code: undici and happy eyeballs wrap the system's error, once or several times. */
function codeOf(error: unknown): string {
  for (let depth = 0, current = error; depth < 5 && current instanceof Error; depth += 1) {
    const { code, errors } = current as NodeJS.ErrnoException & { readonly errors?: readonly unknown[] };
    if (typeof code === 'string' && code !== '') return code;
    if (current.name === 'HTTPParserError') return 'HPE_'; // undici leaves the code out where its own parser stopped
    current = current.cause ?? errors?.[0];
  }
  return '';
}
