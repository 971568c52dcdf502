import type { Http, HttpRequest, HttpResponse } from '../http.ts';

export interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly ms: number;
}

/** Requests as ever, and what came of each: a diagnosis looks at what the registry's own code does. */
export function recording(http: Http): { readonly http: Http; readonly exchanges: readonly Exchange[] } {
  const exchanges: Exchange[] = [];
  return {
    exchanges,
    http: {
      async send(request, signal) {
        const from = performance.now();
        const response = await http.send(request, signal);
        exchanges.push({ request, response, ms: performance.now() - from });
        return response;
      },
      close: () => http.close(),
    },
  };
}
