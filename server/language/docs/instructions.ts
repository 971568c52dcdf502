// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the tab stops of snippets
import type { Keyword } from '../dockerfile/keywords.ts';

/** What Gantry says about one instruction, in Markdown. */
export interface InstructionDocs {
  readonly summary: string;
  readonly syntax: string;
  readonly example: string;
  /** What follows the keyword, in the snippet syntax of the LSP. */
  readonly snippet: string;
}

/** Source: docs.docker.com/reference/dockerfile, in our own words. */
export const instructionDocs: Readonly<Record<Keyword, InstructionDocs>> = {
  ADD: {
    summary:
      'Copies files into the image like `COPY`, and can also download a URL, clone a Git repository or unpack a local archive. Prefer `COPY` where none of these is needed.',
    syntax: 'ADD [flags] source… destination',
    example: 'ADD --checksum=sha256:24454f… https://example.com/tool.tar.gz /opt/',
    snippet: '${1:source} ${2:destination}',
  },
  ARG: {
    summary:
      'Declares a variable that exists during the build only and can be set with `--build-arg`. Before the first `FROM` it is for `FROM` lines; a stage that wants it declares it again without a default.',
    syntax: 'ARG name[=default] …',
    example: 'ARG NODE_VERSION=22',
    snippet: '${1:NAME}=${2:default}',
  },
  CMD: {
    summary:
      'Says what a container runs when it is started without a command, or the default arguments of `ENTRYPOINT`. Only the last one of a stage counts.',
    syntax: 'CMD ["executable", "argument", "…"]',
    example: 'CMD ["node", "server.js"]',
    snippet: '["${1:executable}"]',
  },
  COPY: {
    summary:
      'Copies files and folders from the build context into the image, or from another stage, image or named context with `--from`.',
    syntax: 'COPY [flags] source… destination',
    example: 'COPY --from=build /out/app /usr/local/bin/',
    snippet: '${1:source} ${2:destination}',
  },
  ENTRYPOINT: {
    summary:
      'Sets the program that a container of this image always runs; `CMD` and the arguments of `docker run` are passed to it. In the JSON form it receives signals itself.',
    syntax: 'ENTRYPOINT ["executable", "argument", "…"]',
    example: 'ENTRYPOINT ["/usr/local/bin/app"]',
    snippet: '["${1:executable}"]',
  },
  ENV: {
    summary: 'Sets environment variables for the rest of the stage, for stages built on it and for its containers.',
    syntax: 'ENV name=value …',
    example: 'ENV NODE_ENV=production PORT=8080',
    snippet: '${1:NAME}=${2:value}',
  },
  EXPOSE: {
    summary:
      'Notes the ports that a container listens on. It publishes nothing by itself: that is done with `docker run -p` or `-P`.',
    syntax: 'EXPOSE port[/protocol] …',
    example: 'EXPOSE 8080/tcp',
    snippet: '${1:8080}',
  },
  FROM: {
    summary:
      'Begins a stage on an image, on an earlier stage, or on the empty image `scratch`. The last stage is what gets built unless another one is asked for.',
    syntax: 'FROM [--platform=platform] image [AS name]',
    example: 'FROM --platform=$BUILDPLATFORM golang:1.25 AS build',
    snippet: '${1:image}',
  },
  HEALTHCHECK: {
    summary:
      'Tells the engine how to test that a container still works: exit code 0 is healthy, 1 is unhealthy. `NONE` switches off a test that the base image has.',
    syntax: 'HEALTHCHECK [flags] CMD command\nHEALTHCHECK NONE',
    example: 'HEALTHCHECK --interval=30s --timeout=3s CMD wget -q -O- http://localhost:8080/health',
    snippet: '--interval=${1:30s} --timeout=${2:3s} CMD ${3:command}',
  },
  LABEL: {
    summary: 'Adds metadata to the image as pairs of key and value.',
    syntax: 'LABEL key=value …',
    example: 'LABEL org.opencontainers.image.source="https://example.com/app"',
    snippet: '${1:key}="${2:value}"',
  },
  MAINTAINER: {
    summary: 'Names the author of the image. Deprecated: use the label `org.opencontainers.image.authors`.',
    syntax: 'MAINTAINER name',
    example: 'LABEL org.opencontainers.image.authors="team@example.com"',
    snippet: '${1:name}',
  },
  ONBUILD: {
    summary: 'Keeps an instruction for later: it runs right after `FROM` in every build that is based on this image.',
    syntax: 'ONBUILD instruction',
    example: 'ONBUILD COPY . /app',
    snippet: '${1:instruction}',
  },
  RUN: {
    summary:
      'Runs a command while building and keeps what it changed as a new layer. In the shell form it goes through `SHELL`; several lines are best written as a heredoc.',
    syntax: 'RUN [flags] command\nRUN [flags] ["executable", "argument", "…"]\nRUN [flags] <<EOF',
    example: 'RUN --mount=type=cache,target=/root/.npm npm ci',
    snippet: '${1:command}',
  },
  SHELL: {
    summary: 'Changes the shell that runs the shell form of the instructions after it. Written as a JSON array.',
    syntax: 'SHELL ["executable", "argument", "…"]',
    example: 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    snippet: '["${1:/bin/bash}", "${2:-c}"]',
  },
  STOPSIGNAL: {
    summary: 'Sets the signal that asks a container to stop, by name or number. `SIGTERM` without it.',
    syntax: 'STOPSIGNAL signal',
    example: 'STOPSIGNAL SIGQUIT',
    snippet: '${1:SIGTERM}',
  },
  USER: {
    summary: 'Sets the user, and optionally the group, for the instructions after it and for containers.',
    syntax: 'USER user[:group]',
    example: 'USER app:app',
    snippet: '${1:user}',
  },
  VOLUME: {
    summary:
      'Marks folders whose content a container keeps outside of its own file system. Each container gets an anonymous volume unless another one is mounted there.',
    syntax: 'VOLUME ["/path", "…"]',
    example: 'VOLUME ["/var/lib/data"]',
    snippet: '["${1:/data}"]',
  },
  WORKDIR: {
    summary:
      'Sets the folder in which the instructions after it and the containers work, and creates it where it is missing. A relative path goes on from the last one.',
    syntax: 'WORKDIR path',
    example: 'WORKDIR /app',
    snippet: '${1:/app}',
  },
};

/** The reference's section on an instruction. */
export function referenceUrl(keyword: Keyword): string {
  return `https://docs.docker.com/reference/dockerfile/#${keyword.toLowerCase()}`;
}
