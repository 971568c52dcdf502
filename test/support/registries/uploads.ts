/** Blobs on their way in: at once, in pieces, or mounted from another repository. Source: distribution-spec, "Pushing Blobs". */
import { digestOf } from '../imageContents.ts';
import { refusal, repositoryScope } from './access.ts';
import type { Registry } from './distribution.ts';
import { type Answer, type Ask, empty, failure, type Handler, type Routes } from './routes.ts';
import { repositoryAt } from './store.ts';

export function uploadRoutes({ store, access }: Registry): Routes {
  const uploads = new Map<string, Buffer>();
  let count = 0;
  const guarded =
    (handler: Handler): Handler =>
    (ask) =>
      refusal(access, ask, repositoryScope(ask.params.name ?? '', 'pull', 'push')) ?? handler(ask);
  /** Only for an upload that was begun; `bytes` is what came before. */
  const during = (handler: (ask: Ask, id: string, bytes: Buffer) => Answer) =>
    guarded((ask) => {
      const { id = '' } = ask.params;
      const bytes = uploads.get(id);
      return bytes ? handler(ask, id, bytes) : failure(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    });
  const keeps = (name: string, digest: string, bytes: Buffer): Answer => {
    if (digestOf(bytes) !== digest) return failure(400, 'DIGEST_INVALID', 'provided digest did not match', { digest });
    repositoryAt(store, name).blobs.set(digest, bytes);
    return empty(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
  };
  const goesOn = (status: number, { params }: Ask, id: string, bytes: Buffer): Answer => {
    const range = `0-${Math.max(0, bytes.length - 1)}`;
    const location = `/v2/${params.name}/blobs/uploads/${id}?_state=${bytes.length}`;
    return empty(status, { location, range, 'docker-upload-uuid': id });
  };
  return {
    'POST /v2/{name+}/blobs/uploads/': guarded((ask) => {
      const { name = '' } = ask.params;
      const [mount, from, digest] = ['mount', 'from', 'digest'].map((key) => ask.query.get(key));
      const mounted = mount && from ? store.repositories.get(from)?.blobs.get(mount) : undefined;
      const mayMount = from && refusal(access, ask, repositoryScope(from, 'pull')) === undefined;
      if (mount && mounted && mayMount) return keeps(name, mount, mounted);
      if (digest) return keeps(name, digest, ask.bytes);
      const id = `upload-${++count}`;
      uploads.set(id, ask.bytes);
      return goesOn(202, ask, id, ask.bytes);
    }),
    'PATCH /v2/{name+}/blobs/uploads/{id}': during((ask, id, bytes) => {
      const start = /^(\d+)-/.exec(ask.headers['content-range'] ?? '')?.[1];
      if (start !== undefined && Number(start) !== bytes.length) return goesOn(416, ask, id, bytes);
      const more = Buffer.concat([bytes, ask.bytes]);
      uploads.set(id, more);
      return goesOn(202, ask, id, more);
    }),
    'PUT /v2/{name+}/blobs/uploads/{id}': during((ask, id, bytes) => {
      uploads.delete(id);
      return keeps(ask.params.name ?? '', ask.query.get('digest') ?? '', Buffer.concat([bytes, ask.bytes]));
    }),
    'GET /v2/{name+}/blobs/uploads/{id}': during((ask, id, bytes) => goesOn(204, ask, id, bytes)),
    'DELETE /v2/{name+}/blobs/uploads/{id}': during((_, id) => {
      uploads.delete(id);
      return empty(204);
    }),
  };
}
