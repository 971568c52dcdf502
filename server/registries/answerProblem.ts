/** What a registry's refusal means for a person. Source: distribution-spec "Error Codes", and what hosted registries send. */
import type { Problem } from '../../common/known.ts';
import { array, fields } from '../util/json.ts';
import { rateLimited } from '../util/limiter.ts';
import { ProblemError } from '../util/problemError.ts';
import { parseChallenges } from './challenge.ts';
import type { HttpResponse } from './http.ts';
import { retryAfterMs } from './retryAfter.ts';

/** `what` completes "… refuses" and "… does not have": `the tags of team/app`. */
export function answerProblem(response: HttpResponse, host: string, what: string, now = Date.now()): ProblemError {
  return new ProblemError(describe(response, host, what, now));
}

function describe(response: HttpResponse, host: string, what: string, now: number): Problem {
  const { status, headers } = response;
  const told = wordsOf(response);
  const says = `${told === undefined ? '' : `: ${told}`}${correlationOf(response)}`;
  if (status === 429) return rateLimited(host, retryAfterMs(headers, now));
  if (status === 401 && !lacksScope(response)) {
    return {
      kind: 'unauthorized',
      subject: host,
      message: `${host} wants to know who asks for ${what}${says}.`,
      next: `Sign in, in the Registries view or with: docker login ${host}`,
    };
  }
  if (status === 401 || status === 403) {
    return {
      kind: 'denied',
      subject: host,
      message: `${host} refuses ${what}${says}.`,
      next: 'Ask its owner for access, or sign in as someone who has it.',
    };
  }
  if (status === 404 || status === 410) {
    return {
      kind: 'notFound',
      subject: host,
      message: `${host} does not have ${what}, or hides it from you.`,
      next: 'Check the name; if it is private, sign in first.',
    };
  }
  if (status === 400 || status === 405 || status === 501) {
    return { kind: 'unsupported', subject: host, message: `${host} cannot answer for ${what}${says}.` };
  }
  if (status >= 500) {
    return {
      kind: 'unreachable',
      subject: host,
      message: `${host} has a problem of its own (status ${status})${says}.`,
      next: 'Try again later.',
    };
  }
  return {
    kind: 'badAnswer',
    subject: host,
    message: `${host} answered for ${what} with status ${status}${says}.`,
    next: 'Check that it is a registry.',
  };
}

/** Whether a 401 says that we are known, but may not do this. */
export function lacksScope({ headers }: HttpResponse): boolean {
  const challenges = parseChallenges(headers['www-authenticate']);
  return challenges.some(({ parameters }) => parameters.get('error') === 'insufficient_scope');
}

/** The error codes of a registry's own error document; empty for anything else. */
export function errorCodes(response: HttpResponse): readonly string[] {
  return errorsOf(response).flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
}

/**
 * The registry's own words, where it sent its error document or the like of a token server or of a product's API: one line of plain text.
 * Anything else (HTML of a proxy, XML, a login page) is not for people.
 */
export function wordsOf(response: HttpResponse): string | undefined {
  const { message, detail, details } = documentOf(response);
  const told = [errorsOf(response)[0]?.message, message, detail, details].find((each) => typeof each === 'string');
  if (typeof told !== 'string') return undefined;
  const line = told.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line === '' || /<[a-z!/]/i.test(line) ? undefined : line.slice(0, 300).replace(/\.$/, '');
}

/** What Azure's support asks for. */
function correlationOf({ headers }: HttpResponse): string {
  const id = headers['x-ms-correlation-request-id'];
  return typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id) ? ` (correlation id ${id})` : '';
}

function errorsOf(response: HttpResponse): readonly Readonly<Record<string, unknown>>[] {
  return array(documentOf(response)['errors']).map(fields);
}

function documentOf({ body }: HttpResponse): Readonly<Record<string, unknown>> {
  try {
    return fields(JSON.parse(body.toString('utf8')));
  } catch {
    return {}; // not its error document
  }
}
