import type { Method } from './grpc.ts';

const control = '/moby.buildkit.v1.Control';

/** BuildKit's calls, by what they do. */
export const methods = {
  solve: { path: `${control}/Solve`, request: 'SolveRequest', response: 'SolveResponse' },
  status: { path: `${control}/Status`, request: 'StatusRequest', response: 'StatusResponse' },
  history: { path: `${control}/ListenBuildHistory`, request: 'BuildHistoryRequest', response: 'BuildHistoryEvent' },
  diskUsage: { path: `${control}/DiskUsage`, request: 'DiskUsageRequest', response: 'DiskUsageResponse' },
  readContent: {
    path: '/containerd.services.content.v1.Content/Read',
    request: 'ReadContentRequest',
    response: 'ReadContentResponse',
  },
} as const satisfies Record<string, Method>;
