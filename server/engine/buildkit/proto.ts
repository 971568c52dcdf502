/**
 * The few messages of BuildKit's API that Gantry speaks, with only the fields it uses. Field numbers from
 * moby/buildkit api/services/control/control.proto, solver/pb/ops.proto, session/auth/auth.proto,
 * tonistiigi/fsutil types/{wire,stat}.proto, containerd content.proto, grpc health.proto and google/rpc/status.proto.
 */
import type { Type } from 'protobufjs';

/** Written as in a .proto file, `name: 'type number'`; message names are unique here, so packages are left out. */
const messages = {
  Timestamp: { seconds: 'int64 1', nanos: 'int32 2' },
  Any: { type_url: 'string 1', value: 'bytes 2' },
  RpcStatus: { code: 'int32 1', message: 'string 2', details: 'repeated Any 3' },
  BytesMessage: { data: 'bytes 1' },

  SolveRequest: {
    Ref: 'string 1',
    Session: 'string 5',
    Frontend: 'string 6',
    FrontendAttrs: 'map string 7',
    ExporterDeprecated: 'string 3',
    ExporterAttrsDeprecated: 'map string 4',
    Exporters: 'repeated Exporter 13',
  },
  Exporter: { Type: 'string 1', Attrs: 'map string 2' },
  SolveResponse: { ExporterResponse: 'map string 1' },

  StatusRequest: { Ref: 'string 1' },
  StatusResponse: { vertexes: 'repeated Vertex 1', statuses: 'repeated VertexStatus 2', logs: 'repeated VertexLog 3' },
  Vertex: {
    digest: 'string 1',
    inputs: 'repeated string 2',
    name: 'string 3',
    cached: 'bool 4',
    started: 'Timestamp 5',
    completed: 'Timestamp 6',
    error: 'string 7',
  },
  VertexStatus: {
    ID: 'string 1',
    vertex: 'string 2',
    name: 'string 3',
    current: 'int64 4',
    total: 'int64 5',
    completed: 'Timestamp 8',
  },
  VertexLog: { vertex: 'string 1', stream: 'int64 3', msg: 'bytes 4' },

  BuildHistoryRequest: { ActiveOnly: 'bool 1', Ref: 'string 2', EarlyExit: 'bool 3' },
  BuildHistoryEvent: { type: 'int32 1', record: 'BuildHistoryRecord 2' },
  BuildHistoryRecord: {
    Ref: 'string 1',
    Frontend: 'string 2',
    FrontendAttrs: 'map string 3',
    error: 'RpcStatus 5',
    CreatedAt: 'Timestamp 6',
    CompletedAt: 'Timestamp 7',
    logs: 'Descriptor 8',
    ExporterResponse: 'map string 9',
    Result: 'BuildResultInfo 10',
    Results: 'map BuildResultInfo 11',
  },
  BuildResultInfo: { Attestations: 'repeated Descriptor 2' },
  Descriptor: { media_type: 'string 1', digest: 'string 2', size: 'int64 3', annotations: 'map string 5' },

  DiskUsageRequest: { filter: 'repeated string 1' },
  DiskUsageResponse: { record: 'repeated UsageRecord 1' },
  UsageRecord: {
    ID: 'string 1',
    Mutable: 'bool 2',
    Size: 'int64 4',
    Parent: 'string 5',
    CreatedAt: 'Timestamp 6',
    LastUsedAt: 'Timestamp 7',
    Description: 'string 9',
    RecordType: 'string 10',
    Parents: 'repeated string 12',
  },

  ReadContentRequest: { digest: 'string 1', offset: 'int64 2', size: 'int64 3' },
  ReadContentResponse: { offset: 'int64 1', data: 'bytes 2' },

  CredentialsRequest: { Host: 'string 1' },
  CredentialsResponse: { Username: 'string 1', Secret: 'string 2' },
  HealthCheckResponse: { status: 'int32 1' },

  Packet: { type: 'int32 1', stat: 'Stat 2', ID: 'uint32 3', data: 'bytes 4' },
  Stat: {
    path: 'string 1',
    mode: 'uint32 2',
    uid: 'uint32 3',
    gid: 'uint32 4',
    size: 'int64 5',
    modTime: 'int64 6',
    linkname: 'string 7',
  },
} satisfies Record<string, Record<string, string>>;

export type MessageName = keyof typeof messages;

/** `seconds` since 1970. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

export interface Codec {
  encode(name: MessageName, value: object): Uint8Array;
  /** Absent scalars, lists and maps are filled in as proto3 says; absent messages are `null`. Throws on bytes that are not the message. */
  decode<T>(name: MessageName, bytes: Uint8Array): T;
}

/** Loads protobufjs and builds the messages; cheap after the first call of its caller's own cache. */
export async function loadCodec(): Promise<Codec> {
  const { default: protobuf } = await import('protobufjs/light.js');
  const nested = Object.fromEntries(Object.entries(messages).map(([name, fields]) => [name, descriptor(fields)]));
  const root = protobuf.Root.fromJSON({ nested });
  const types = new Map<MessageName, Type>();
  const type = (name: MessageName): Type => {
    const known = types.get(name) ?? root.lookupType(name);
    types.set(name, known);
    return known;
  };
  return {
    encode: (name, value) => type(name).encode(value).finish(),
    decode: <T>(name: MessageName, bytes: Uint8Array) =>
      type(name).toObject(type(name).decode(bytes), {
        defaults: true,
        arrays: true,
        objects: true,
        longs: Number,
      }) as T,
  };
}

function descriptor(fields: Readonly<Record<string, string>>) {
  const parsed = Object.entries(fields).map(([name, text]) => {
    const words = text.split(' ');
    const id = Number(words.at(-1));
    const type = words.at(-2)!;
    if (words[0] === 'map') return [name, { keyType: 'string', type, id }];
    return [name, words[0] === 'repeated' ? { rule: 'repeated', type, id } : { type, id }];
  });
  return { fields: Object.fromEntries(parsed) };
}

/** Milliseconds since 1970, with fractions. */
export function milliseconds(time: Timestamp): number {
  return time.seconds * 1000 + time.nanos / 1e6;
}
