import assert from 'node:assert/strict';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect, createServer as createTcp, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { frame } from '../../server/engine/buildkit/frames.ts';
import { type Grpc, grpcOver } from '../../server/engine/buildkit/grpc.ts';
import { GrpcError } from '../../server/engine/buildkit/grpcError.ts';
import { type CallHandler, serveGrpc } from '../../server/engine/buildkit/grpcServer.ts';
import { methods } from '../../server/engine/buildkit/methods.ts';
import { type Codec, loadCodec } from '../../server/engine/buildkit/proto.ts';
import { ProblemError } from '../../server/util/problemError.ts';

const never = new AbortController().signal;

describe('gRPC over a connection', function () {
  this.timeout(5000);
  let codec: Codec;
  let close: () => void = () => {};
  before(async () => {
    codec = await loadCodec();
  });
  afterEach(() => close());

  /** A client of a loopback server that treats each call as told. */
  async function calling(onStream: (stream: ServerHttp2Stream) => void): Promise<Grpc> {
    const server = createServer().on('stream', (stream) => {
      stream.on('error', () => {});
      onStream(stream);
    });
    return to(server as unknown as Server);
  }
  async function to(server: Server): Promise<Grpc> {
    const sockets = new Set<Duplex>();
    server.on('connection', (socket: Duplex) => sockets.add(socket.on('error', () => {})));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const grpc = grpcOver(socket, codec);
    close = () => {
      grpc.close();
      for (const each of sockets) each.destroy();
      server.close();
    };
    return grpc;
  }
  const answer = (stream: ServerHttp2Stream, chunks: readonly Uint8Array[], trailers: Record<string, string>) => {
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
  };
  const solved = () => frame(codec.encode('SolveResponse', { ExporterResponse: { a: 'b' } }));

  it('answers with the message', async () => {
    const grpc = await calling((stream) => answer(stream, [solved()], { 'grpc-status': '0' }));
    assert.deepEqual(await grpc.call(methods.solve, {}, never), { ExporterResponse: { a: 'b' } });
  });

  it('fails with status, message and details', async () => {
    const details = codec.encode('RpcStatus', {
      code: 2,
      message: 'x',
      details: [{ type_url: 't', value: Buffer.from('v') }],
    });
    const grpc = await calling((stream) =>
      stream.respond(
        {
          ':status': 200,
          'grpc-status': '2',
          'grpc-message': 'gr%C3%BCn',
          'grpc-status-details-bin': Buffer.from(details).toString('base64'),
        },
        { endStream: true },
      ),
    );
    await assert.rejects(grpc.call(methods.solve, {}, never), (error) => {
      assert.ok(error instanceof GrpcError);
      assert.deepEqual([error.code, error.message, error.details[0]?.type_url], [2, 'grün', 't']);
      return true;
    });
  });

  it('streams, and resets the stream when nobody reads on', async () => {
    let reset = () => {};
    const ended = new Promise<void>((resolve) => {
      reset = resolve;
    });
    const grpc = await calling((stream) => {
      stream.on('close', reset);
      stream.respond({ ':status': 200 });
      const more = () => {
        while (!stream.destroyed && stream.write(solved()));
      };
      stream.on('drain', more);
      more();
    });
    let count = 0;
    for await (const _ of grpc.stream(methods.solve, {}, never)) if (++count === 1000) break;
    await ended;
    assert.equal(count, 1000);
  });

  it('resets the stream when aborted, and throws AbortError', async () => {
    const controller = new AbortController();
    let reset = () => {};
    const ended = new Promise<void>((resolve) => {
      reset = resolve;
    });
    const grpc = await calling((stream) => {
      stream.on('close', () => stream.rstCode === 8 && reset());
      controller.abort();
    });
    await assert.rejects(grpc.call(methods.solve, {}, controller.signal), { name: 'AbortError' });
    await ended;
  });

  const broken: readonly [string, (stream: ServerHttp2Stream) => void][] = [
    ['ends without a status', (stream) => answer(stream, [], {})],
    ['ends within a message', (stream) => answer(stream, [solved().subarray(0, 7)], { 'grpc-status': '0' })],
    ['answers nothing', (stream) => answer(stream, [], { 'grpc-status': '0' })],
    ['sends a page', (stream) => answer(stream, [Buffer.from('<html>not here</html>')], {})],
    [
      'sends a message that is none',
      (stream) => answer(stream, [frame(Buffer.from([0xff, 0xff, 0xff]))], { 'grpc-status': '0' }),
    ],
    ['resets the stream', (stream) => stream.close(2)],
    ['drops the connection', (stream) => stream.session?.destroy()],
  ];
  for (const [what, onStream] of broken) {
    it(`fails when the other side ${what}`, async () => {
      const grpc = await calling(onStream);
      await assert.rejects(grpc.call(methods.solve, {}, never), ProblemError);
    });
  }

  it('fails when the other side is no HTTP/2 at all', async () => {
    const grpc = await to(createTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await assert.rejects(grpc.call(methods.solve, {}, never), ProblemError);
    await assert.rejects(grpc.call(methods.solve, {}, never), ProblemError);
  });

  it('serves what it offers and refuses the rest', async () => {
    const seen: unknown[] = [];
    const server = createTcp((socket) => {
      const handlers = new Map<string, CallHandler>([
        [
          methods.solve.path,
          async (call) => {
            for await (const message of call.messages) {
              seen.push(codec.decode<{ Ref: string }>('SolveRequest', message).Ref);
              if (seen.length === 2) throw new Error('für dich nicht');
              return call.send(codec.encode('SolveResponse', { ExporterResponse: { x: 'y' } }));
            }
          },
        ],
      ]);
      serveGrpc(socket, handlers, (path, error) => seen.push([path, (error as Error).message]));
    });
    const grpc = await to(server);
    assert.deepEqual(await grpc.call(methods.solve, { Ref: 'one' }, never), { ExporterResponse: { x: 'y' } });
    await assert.rejects(grpc.call(methods.solve, { Ref: 'two' }, never), /für dich nicht/);
    await assert.rejects(
      grpc.call(methods.diskUsage, {}, never),
      (error) => error instanceof GrpcError && error.code === 12,
    );
    assert.deepEqual(seen, ['one', 'two', [methods.solve.path, 'für dich nicht']]);
  });
});
