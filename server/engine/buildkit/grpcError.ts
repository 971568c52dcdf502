/** gRPC's status codes that we look at or answer with. Source: grpc/doc/statuscodes.md. */
export const grpcStatus = { ok: 0, unknown: 2, notFound: 5, unimplemented: 12 } as const;

/** A call that ended with a status other than 0. Source: google/rpc/status.proto, grpc/doc/statuscodes.md. */
export class GrpcError extends Error {
  readonly code: number;
  readonly details: readonly StatusDetail[];

  constructor(code: number, message: string, details: readonly StatusDetail[]) {
    super(message);
    this.name = 'GrpcError';
    this.code = code;
    this.details = details;
  }
}

/** One `google.protobuf.Any`. BuildKit's own carry JSON: `type.googleapis.com/errdefs.Source+json`. */
export interface StatusDetail {
  readonly type_url: string;
  readonly value: Uint8Array;
}
