/** Who fetches what a project depends on. */
export type Ecosystem = 'node' | 'python' | 'go' | 'rust' | 'java' | 'dotnet' | 'ruby' | 'php';

interface Traits {
  /** What says, or already holds, what a project depends on; the last part of a path in a COPY. */
  readonly manifest: RegExp;
  /** Words by which a command could belong to it. */
  readonly tools: RegExp;
}

export const ecosystems: Readonly<Record<Ecosystem, Traits>> = {
  node: {
    manifest: /^(?:package[\w*.-]*|.*\.json|yarn\.lock.*|pnpm-.*|bun\.lock.*|\.npmrc|\.yarn.*|node_modules)$/i,
    tools: /\b(?:npm|yarn|pnpm|bun)\b/,
  },
  python: {
    manifest: /^(?:.*requirements.*|.*\.txt|pipfile.*|pyproject.*|setup\.(?:py|cfg)|.*\.lock|poetry.*|constraints.*)$/i,
    tools: /\b(?:pip[\d.]*|pipenv|poetry|uv)\b/,
  },
  go: { manifest: /^(?:go\.(?:mod|sum|work).*|go\.\*|vendor)$/i, tools: /\bgo\b/ },
  rust: { manifest: /^(?:cargo.*|recipe\.json)$/i, tools: /\bcargo\b/ },
  java: { manifest: /^(?:.*pom.*|.*\.gradle.*|gradle.*|\.mvn|mvnw.*)$/i, tools: /\b(?:mvnw?|gradlew?)\b/ },
  dotnet: {
    manifest: /^(?:.*\.(?:\w\wproj|slnx?|props|targets|\*proj)|nuget\.config|packages\..*|global\.json)$/i,
    tools: /\b(?:dotnet|nuget)\b/,
  },
  ruby: { manifest: /^(?:gemfile.*|.*\.gemspec)$/i, tools: /\bbundler?\b/ },
  php: { manifest: /^composer\..*$/i, tools: /\bcomposer\b/ },
};

export const ecosystemNames = Object.keys(ecosystems) as readonly Ecosystem[];
