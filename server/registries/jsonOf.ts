import { ProblemError } from '../util/problemError.ts';
import { answerProblem } from './answerProblem.ts';
import type { HttpResponse } from './http.ts';

/**
 * The document of a product's API, unchecked. Throws a ProblemError for any status but 2xx, and for what is no JSON. `what`
 * completes "… refuses" and "… does not have": `the tags of team/app`.
 */
export function jsonOf(response: HttpResponse, host: string, what: string, now: number): unknown {
  expectDone(response, host, what, now);
  try {
    return JSON.parse(response.body.toString('utf8'));
  } catch {
    // without the parser's message: it quotes what was sent
    throw new ProblemError({
      kind: 'badAnswer',
      subject: host,
      message: `${host} answered for ${what} with something that is not JSON.`,
      next: 'Check that the address is that of its API, and that no proxy answers in its place.',
    });
  }
}

/** For answers that say nothing: throws a ProblemError for any status but 2xx. */
export function expectDone(response: HttpResponse, host: string, what: string, now: number): void {
  if (response.status < 200 || response.status > 299) throw answerProblem(response, host, what, now);
}
