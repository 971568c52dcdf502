/**
 * A whole server without an engine, for looking at the client and for measuring it: speaks the protocol over node IPC or stdio and
 * makes up what it says. Containers change state when acted on, and tell of it as the real one does.
 * GANTRY_FAKE_CONTAINERS: how many; GANTRY_FAKE_ENGINE=none: no engine answers.
 */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { failed, type Known, known, type Problem } from '../../common/known.ts';
import type {
  BuildResult,
  ClientRequests,
  Container,
  ContainerState,
  Image,
  Registry,
  ServerNotifications,
} from '../../common/protocol.ts';

const connection = createConnection(ProposedFeatures.all);
const count = Number(process.env['GANTRY_FAKE_CONTAINERS'] ?? 9);
const noEngine: Problem = {
  kind: 'unreachable',
  subject: 'Container engine',
  message: 'No container engine answers.',
  next: 'Start Docker or Podman, or set DOCKER_HOST.',
  tried: [
    'DOCKER_HOST is not set',
    '/var/run/docker.sock: there is no such socket',
    '/run/user/1000/podman/podman.sock: there is no such socket',
  ],
};

const samples: readonly (readonly [
  name: string,
  image: string,
  state: ContainerState,
  status: string,
  project?: string,
  service?: string,
])[] = [
  ['shop-web-1', 'shop/web:2.1', 'running', 'Up 2 hours (healthy)', 'shop', 'web'],
  ['shop-api-1', '127.0.0.1:5000/shop/api:1.8.0', 'running', 'Up 2 hours (unhealthy)', 'shop', 'api'],
  ['shop-db-1', 'postgres:16-alpine', 'running', 'Up 2 hours', 'shop', 'db'],
  ['shop-migrate-1', 'shop/api:1.8.0', 'exited', 'Exited (0) 2 hours ago', 'shop', 'migrate'],
  ['blog-web-1', 'ghost:5', 'exited', 'Exited (137) 3 days ago', 'blog', 'web'],
  ['redis', 'redis:7', 'paused', 'Up 5 minutes (Paused)'],
  ['registry', 'registry:2', 'running', 'Up 3 days'],
  ['scratchpad', 'busybox:1.36', 'created', 'Created'],
  ['worker', `sha256:${'4f'.repeat(32)}`, 'restarting', 'Restarting (1) 4 seconds ago'],
];
const containers: Container[] = Array.from({ length: count }, (_, index) => {
  const [name, image, state, status, project, service] = samples[index] ?? [
    `load-${index}`,
    'busybox:1.36',
    'running',
    'Up 1 minute',
  ];
  return {
    id: `${index.toString(16).padStart(4, '0')}${'c0de'.repeat(15)}`,
    name,
    image,
    state,
    status,
    created: Date.now() - 7_200_000,
    ports:
      name === 'shop-web-1'
        ? [{ containerPort: 80, protocol: 'tcp', hostPort: 8080 }]
        : name === 'registry'
          ? [{ containerPort: 5000, protocol: 'tcp', hostPort: 5000 }]
          : [],
    ...(status.includes('(healthy)') ? { health: 'healthy' as const } : {}),
    ...(status.includes('(unhealthy)') ? { health: 'unhealthy' as const } : {}),
    ...(project === undefined || service === undefined ? {} : { compose: { project, service } }),
  };
});

const day = 86_400_000;
const images: readonly Image[] = (
  [
    [['shop/web:2.1', 'shop/web:latest'], 143_200_000, 1],
    [['127.0.0.1:5000/shop/api:1.8.0', 'shop/api:1.8.0'], 187_654_321, 2],
    [['shop/api:1.7.3'], 186_000_000, 40],
    [['postgres:16-alpine'], 274_000_000, 20],
    [['redis:7'], 117_000_000, 33],
    [['busybox:1.36'], 4_260_000, 400],
    [['registry:2'], 25_400_000, 90],
    [[], 186_500_000, 2],
  ] as const
).map(([tags, bytes, days], index) => ({
  id: `sha256:${index.toString(16).padStart(4, '0')}${'1a2b'.repeat(15)}`,
  tags,
  digests: [],
  bytes,
  created: Date.now() - days * day,
  containers: index % 2,
}));

const repositories = ['busybox', 'shop/api', 'shop/web', 'team/tools/lint', 'team/tools/lint/cache', 'team/app'];
const tags = Array.from({ length: 340 }, (_, index) => `1.${Math.floor(index / 10)}.${index % 10}`).reverse();

function answer<M extends keyof ClientRequests>(
  method: M,
  handler: (params: ClientRequests[M]['params']) => ClientRequests[M]['result'] | Promise<ClientRequests[M]['result']>,
): void {
  connection.onRequest(method, handler as (params: unknown) => unknown);
}
function tell<M extends keyof ServerNotifications>(method: M, params: ServerNotifications[M]): void {
  void connection.sendNotification(method, params);
}
const now = <T>(value: T): Known<T> =>
  process.env['GANTRY_FAKE_ENGINE'] === 'none' ? failed(noEngine) : known(value, Date.now());

connection.onInitialize(() => ({ capabilities: {} }));
answer('gantry/engine/status', () =>
  now({
    origin: '/var/run/docker.sock',
    address: 'unix:///var/run/docker.sock',
    product: 'docker',
    version: '26.1.5',
    apiVersion: '1.45',
    platform: { os: 'linux', architecture: 'amd64' },
    buildkit: true,
  }),
);
answer('gantry/containers/list', () => now(containers));
answer('gantry/containers/act', ({ id, action }) => {
  const index = containers.findIndex((container) => container.id === id || container.name === id);
  const container = containers[index];
  if (container === undefined) return null;
  if (action.startsWith('remove')) containers.splice(index, 1);
  else {
    const state = action === 'stop' || action === 'kill' ? 'exited' : action === 'pause' ? 'paused' : 'running';
    containers[index] = { ...container, state, status: state === 'exited' ? 'Exited (0) 1 second ago' : 'Up 1 second' };
  }
  tell('gantry/engine/changed', { what: ['containers'] });
  return null;
});
answer('gantry/containers/inspect', ({ id }) => ({
  Id: id,
  State: { ExitCode: 0 },
  Config: { Cmd: ['sleep', '1000'] },
}));
answer('gantry/images/list', () => now(images));
answer('gantry/images/inspect', ({ reference }) => ({ Id: reference }));
answer('gantry/images/config', () => ({
  id: 'sha256:1',
  platform: { os: 'linux', architecture: 'amd64' },
  entrypoint: [],
  command: ['node', 'server.js'],
  environment: [],
  exposedPorts: ['3000/tcp'],
  workingDirectory: '/app',
  user: '',
  labels: {},
  bytes: 100_000_000,
}));
answer('gantry/registries/list', (): readonly Registry[] => [
  { host: 'docker.io', name: 'Docker Hub', account: 'someone', origin: 'docker' },
  { host: '127.0.0.1:5000', name: '127.0.0.1:5000', origin: 'settings' },
]);
answer('gantry/registries/repositories', ({ host }) =>
  host === 'docker.io'
    ? failed({
        kind: 'rateLimited',
        subject: 'docker.io',
        message: 'Docker Hub answers no more requests for now.',
        next: 'Wait 5 minutes.',
      })
    : known({ items: repositories }, Date.now()),
);
answer('gantry/registries/tags', ({ cursor }) => {
  const from = cursor === undefined ? 0 : tags.indexOf(cursor) + 1;
  const items = tags.slice(from, from + 100);
  const last = items.at(-1);
  return known(
    { items, total: tags.length, ...(from + 100 < tags.length && last !== undefined ? { cursor: last } : {}) },
    Date.now(),
  );
});
answer('gantry/registries/platforms', () =>
  known(
    {
      digest: `sha256:${'d'.repeat(64)}`,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      kind: 'index',
      platforms: [
        {
          platform: { os: 'linux', architecture: 'amd64' },
          digest: `sha256:${'a'.repeat(64)}`,
          compressedBytes: 52_300_000,
        },
        {
          platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
          digest: `sha256:${'b'.repeat(64)}`,
          compressedBytes: 51_100_000,
        },
      ],
    },
    Date.now(),
  ),
);
answer('gantry/registries/refresh', () => null);
answer('gantry/stream/open', (spec) => {
  setImmediate(() => {
    const text =
      spec.kind === 'logs'
        ? 'INFO  listening on 3000\nWARN  slow query: 1200 ms\nERROR connection lost\nINFO  reconnected\n'
        : '/ # ';
    tell('gantry/stream/data', { stream: 1, data: text });
  });
  return { stream: 1 };
});
answer('gantry/images/build', async ({ progress = '' }): Promise<BuildResult> => {
  const step = (id: string, name: string, state: 'running' | 'done' | 'cached' | 'failed', seconds?: number) =>
    tell('gantry/progress', {
      progress,
      value: { kind: 'step', id, name, state, ...(seconds === undefined ? {} : { seconds }) },
    });
  step('1', '[1/4] FROM docker.io/library/node:24', 'cached');
  step('2', '[2/4] COPY package.json .', 'done', 0.1);
  step('3', '[3/4] RUN npm ci', 'running');
  tell('gantry/progress', {
    progress,
    value: { kind: 'log', id: '3', text: 'added 12 packages\nnpm error missing script: prepare\n' },
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  step('3', '[3/4] RUN npm ci', 'failed', 1.5);
  return {
    kind: 'failed',
    message: 'RUN npm ci exited with code 1',
    range: { start: { line: 2, character: 0 }, end: { line: 2, character: 10 } },
    exitCode: 1,
    step: '[3/4] RUN npm ci',
    log: 'npm error missing script: prepare',
  };
});
connection.listen();
