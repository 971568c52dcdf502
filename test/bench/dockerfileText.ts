/**
 * A Dockerfile of exactly this many lines, its last one empty: services that build on one another, with what real ones
 * are made of (variables, mounts, continuations, comments, JSON and shell forms) and a mistake now and then.
 */
export function dockerfileText(lineCount: number): string {
  const lines = ['# syntax=docker/dockerfile:1', 'ARG REGISTRY=registry.example.com', 'ARG NODE=22'];
  for (let service = 0; lines.length < lineCount; service++) lines.push(...serviceStages(service));
  lines.length = lineCount - 1;
  // Cut inside a continued instruction, the file would end differently for different parsers.
  while (lines.at(-1)!.endsWith('\\')) lines[lines.lastIndexOf(lines.at(-1)!)] = '# end';
  return `${lines.join('\n')}\n`;
}

const serviceStages = (service: number): readonly string[] => [
  '',
  `# Service ${service}`,
  `FROM \${REGISTRY}/node:\${NODE} AS build${service}`,
  'ARG TARGETPLATFORM',
  `ENV SERVICE=service-${service} \\`,
  '    NODE_ENV=production',
  'WORKDIR /src',
  'COPY package.json package-lock.json ./',
  'RUN --mount=type=cache,target=/root/.npm \\',
  '    npm ci --ignore-scripts && \\',
  '    # nothing of the cache stays',
  '    npm cache verify',
  'COPY . .',
  `RUN npm run build -- --service "$SERVICE" --out /out/${service}`,
  '',
  `from \${REGISTRY}/node:\${NODE}-slim as service${service}`,
  'LABEL org.opencontainers.image.title="$SERVICE"',
  `COPY --from=build${service} --chown=1000:1000 /out/${service} /app`,
  service > 0 ? `COPY --from=build${service - 1} /out/shared /app/shared` : 'RUN mkdir /app/shared',
  'USER 1000:1000',
  `EXPOSE ${3000 + service}/tcp`,
  'HEALTHCHECK --interval=30s CMD wget -q -O - localhost/health || exit 1',
  service % 3 === 0 ? 'CMD node /app/server.js' : 'CMD ["node", "/app/server.js"]',
];
