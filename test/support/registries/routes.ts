/** An HTTP service as a table: a method and a path to a function from what is asked to what is answered. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Respond } from '../origin.ts';

export interface Ask {
  readonly method: string;
  /** `http://127.0.0.1:port`, as the client called it. */
  readonly origin: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** What the braces of the route took from the path, percent-decoded once. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export type Handler = (ask: Ask) => Answer;

/**
 * By `GET /v2/{name+}/tags/list`: `{x}` is one segment, `{x+}` one or more. The first that fits answers; HEAD is answered
 * by GET without its body. `{/}` is a slash or nothing.
 */
export type Routes = Readonly<Record<string, Handler>>;

/** `otherwise` answers what no route fits. */
export function serves(routes: Routes, otherwise: Handler = () => text(404, '404 page not found\n')): Respond {
  const table = Object.entries(routes).map(([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, handler, ...matcher(path) };
  });
  return (request, response, body, bytes = Buffer.from(body)) => {
    const { method = '', url = '', headers } = request;
    const origin = `${'encrypted' in request.socket ? 'https' : 'http'}://${headers.host}`;
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    const ask = { method, origin, path, query: new URLSearchParams(query), headers, body, bytes };
    const wanted = method === 'HEAD' ? 'GET' : method;
    for (const route of table) {
      const match = route.method === wanted ? route.pattern.exec(path) : null;
      if (match === null) continue;
      const params = Object.fromEntries(route.names.map((name, index) => [name, decoded(match[index + 1] ?? '')]));
      return send(response, route.handler({ ...ask, params }));
    }
    return send(response, otherwise({ ...ask, params: {} }));
  };
}

function matcher(template: string): { pattern: RegExp; names: readonly string[] } {
  const names: string[] = [];
  const pattern = template.replaceAll(/\{(\/|\w+)(\+?)\}|([.?$^|()[\]\\])/g, (_, name, many, special) => {
    if (special) return `\\${special}`;
    if (name === '/') return '/?';
    names.push(name);
    return many ? '(.+)' : '([^/]+)';
  });
  return { pattern: new RegExp(`^${pattern}$`), names };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function send(response: Parameters<Respond>[1], { status, headers, body }: Answer): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'content-length': length, ...headers }).end(body);
}

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

export const text = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
});

export const empty = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
  body: '',
});

/** The error body of a registry. Source: distribution-spec, "Error Codes". */
export function failure(
  status: number,
  code: string,
  message: string,
  detail?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json(status, { errors: [{ code, message, ...(detail !== undefined && { detail }) }] }, headers);
}

export const withHeaders = (answer: Answer, headers: Readonly<Record<string, string>>): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

/** The fields of a JSON body; none where it is not an object. */
export function fieldsOf({ body }: Ask): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export const formOf = ({ body }: Ask): URLSearchParams => new URLSearchParams(body);

/** The scopes that a request to a token server names, in its query or its form. */
export function scopesAsked(path: string, body: string): readonly string[] {
  const query = new URLSearchParams(path.split('?')[1] ?? '');
  const form = new URLSearchParams(body.startsWith('{') ? '' : body);
  return [...query.getAll('scope'), ...form.getAll('scope').flatMap((scope) => scope.split(' '))];
}
