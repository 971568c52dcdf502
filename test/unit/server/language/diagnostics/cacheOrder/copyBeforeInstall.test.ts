import assert from 'node:assert/strict';
import { findingsIn } from '../../../../../../server/language/diagnostics/findings.ts';
import type { Knowledge } from '../../../../../../server/language/diagnostics/rule.ts';
import { parse } from '../../../../../../server/language/dockerfile/parse.ts';
import { findings } from '../../../../../support/findings.ts';
import { assertFix, fixed } from '../../../../../support/fixes.ts';
import { shell } from '../../../../../support/shell.ts';

const code = 'CopyBeforeInstall';
const knowledge: Knowledge = { environmentOf: () => undefined, shell };

/** The commands that are named in the messages. */
function named(text: string): readonly string[] {
  const found = findingsIn(parse(text), knowledge).filter(({ rule }) => rule.name === code);
  return found.map(({ message }) => /"([^"]+)"/.exec(message)![1]!);
}

describe('dependencies fetched behind a copy of everything', () => {
  const commands: readonly (readonly [command: string, named: string | undefined])[] = [
    ['npm ci', 'npm ci'],
    ['npm install --omit dev --loglevel=error', 'npm install'],
    ['CI=1 npm ci && npm run build', 'npm ci'],
    ['cd web && npm i', 'npm i'],
    ['yarn', 'yarn install'],
    ['yarn --frozen-lockfile', 'yarn install'],
    ['corepack enable && pnpm install --frozen-lockfile', 'pnpm install'],
    ['bun install', 'bun install'],
    ['pip install --no-cache-dir -r requirements.txt', 'pip install -r requirements.txt'],
    ['python3 -m pip install -rrequirements/base.txt', 'pip install -r requirements/base.txt'],
    ['uv pip install -r requirements.txt', 'uv pip install -r requirements.txt'],
    ['pipenv install --deploy', 'pipenv install'],
    ['poetry install', 'poetry install'],
    ['uv sync --locked', 'uv sync'],
    ['go mod download', 'go mod download'],
    ['cargo fetch', 'cargo fetch'],
    ['cargo build --release', 'cargo build'],
    ['cargo +nightly install --path .', 'cargo install'],
    ['mvn -B dependency:go-offline', 'mvn dependency:go-offline'],
    ['./mvnw package -DskipTests', 'mvnw package'],
    ['./gradlew --no-daemon build', 'gradlew build'],
    ['dotnet restore', 'dotnet restore'],
    ['dotnet publish -c Release -o /out', 'dotnet publish'],
    ['nuget restore App.sln', 'nuget restore'],
    ['bundle install', 'bundle install'],
    ['composer --no-dev install', 'composer install'],
    ['<<EOF\nset -e\nnpm ci\nEOF', 'npm ci'],
    // of what is named, not of the project; or of nothing
    ['npm install -g pnpm', undefined],
    ['npm install express', undefined],
    ['npm run build', undefined],
    ['npm ci --offline', undefined],
    ['yarn add left-pad', undefined],
    ['yarn --version', undefined],
    ['yarn build', undefined],
    ['pip install .', undefined],
    ['pip install -e . -r requirements.txt', undefined],
    ['pip install flask', undefined],
    ['pip install -r https://a.b/requirements.txt', undefined],
    ['go build ./...', undefined],
    ['go mod download example.com/a@v1', undefined],
    ['cargo build --release --offline', undefined],
    ['cargo build --frozen', undefined],
    ['cargo install cargo-chef', undefined],
    ['--mount=type=cache,target=/usr/local/cargo/registry cargo build', undefined],
    ['mvn -o package', undefined],
    ['gradle --version', undefined],
    ['dotnet publish --no-restore', undefined],
    ['dotnet test', undefined],
    ['echo npm ci', undefined],
    ['git clone https://a.b/c && cd c && npm ci', undefined],
    ['["npm", "ci"]', 'npm ci'],
  ];
  for (const [command, expected] of commands) {
    it(`RUN ${JSON.stringify(command)}`, () =>
      assert.deepEqual(named(`FROM a\nCOPY . .\nRUN ${command}`), expected === undefined ? [] : [expected]));
  }

  const files: readonly (readonly [text: string, expected: readonly string[]])[] = [
    ['FROM a\nADD ./ /app/\nWORKDIR /app\nRUN npm ci', ['2 CopyBeforeInstall: ADD ./ /app/']],
    ['FROM a\nCOPY ["." , "/app"]\nRUN npm ci', ['2 CopyBeforeInstall: COPY ["." , "/app"]']],
    ['FROM a AS b\nCOPY . .\nFROM b\nRUN npm ci', ['2 CopyBeforeInstall: COPY . .']],
    ['FROM a\nCOPY . .\nRUN npm ci\nRUN npm ci --omit=dev', ['2 CopyBeforeInstall: COPY . .']],
    [
      'FROM a\nCOPY . .\nRUN npm ci && pip install -r r.txt',
      ['2 CopyBeforeInstall: COPY . .', '2 CopyBeforeInstall: COPY . .'],
    ],
    // the manifests come first
    ['FROM a\nCOPY package.json yarn.lock ./\nRUN yarn\nCOPY . .\nRUN yarn install', []],
    ['FROM a\nCOPY requirements/ requirements/\nCOPY . .\nRUN pip install -r requirements/base.txt', []],
    ['FROM a\nCOPY *.sln src/App/App.csproj ./\nRUN dotnet restore\nCOPY . .\nRUN dotnet publish', []],
    ['FROM a AS b\nCOPY go.mod go.sum ./\nRUN go mod download\nFROM b\nCOPY . .\nRUN go mod download', []],
    ['FROM a\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY . .\nRUN npm ci', []],
    ['FROM a\nRUN --mount=type=bind,source=package.json,target=package.json npm ci\nCOPY . .\nRUN npm ci', []],
    // kept in a cache
    ['FROM a\nCOPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci', []],
    // not everything, or not of the context
    ['FROM a\nCOPY src .\nRUN npm ci', []],
    ['FROM a\nCOPY --from=b . .\nRUN npm ci', []],
    ['FROM a AS b\nCOPY . .\nFROM a\nRUN npm ci', []],
    ['FROM a\nRUN npm ci\nCOPY . .', []],
    ['FROM a\n# check=skip=CopyBeforeInstall\nCOPY . .\nRUN npm ci', []],
    ['FROM a\nCOPY . .\n# check=skip=CopyBeforeInstall\nRUN npm ci', []],
  ];
  for (const [text, expected] of files)
    it(JSON.stringify(text), () => assert.deepEqual(findings(text, knowledge), expected));

  it('says nothing before the parser of commands is loaded', () => {
    assert.deepEqual(findings('FROM a\nCOPY . .\nRUN npm ci'), []);
  });
});

describe('fixes of the order', () => {
  const cases: readonly (readonly [before: string, after: string])[] = [
    ['COPY . .\nRUN npm ci', 'COPY package*.json ./\nRUN npm ci\nCOPY . .'],
    [
      '# all\nCOPY --chown=node:node . .\n# why\nRUN npm ci # not a comment\nCMD ["x"]',
      '# all\nCOPY --chown=node:node package*.json ./\n# why\nRUN npm ci # not a comment\nCOPY --chown=node:node . .\nCMD ["x"]',
    ],
    [
      'COPY [".", "/my app"]\nWORKDIR "/my app"\nENV A=b\nRUN yarn --immutable',
      'COPY ["package.json", "yarn.lock*", "/my app/"]\nWORKDIR "/my app"\nENV A=b\nRUN yarn --immutable\nCOPY [".", "/my app"]',
    ],
    ['COPY . .\r\nRUN go mod download\r\n', 'COPY go.mod go.sum* ./\r\nRUN go mod download\r\nCOPY . .\r\n'],
    [
      'COPY . .\nRUN --network=host npm ci \\\n  && npm run build \\\n  && npm prune',
      'COPY package*.json ./\nRUN --network=host npm ci\nCOPY . .\nRUN --network=host npm run build \\\n  && npm prune',
    ],
    [
      'WORKDIR /app\nCOPY . /app/\nRUN pip install -r requirements/a.txt && pip install -r requirements/b.txt && ./x',
      'WORKDIR /app\nCOPY requirements/a.txt requirements/b.txt /app/requirements/\nRUN pip install -r requirements/a.txt && pip install -r requirements/b.txt\nCOPY . /app/\nRUN ./x',
    ],
    ['COPY . .\nRUN mvn package', 'COPY pom.xml ./\nRUN mvn dependency:go-offline\nCOPY . .\nRUN mvn package'],
    [
      'copy . .\nrun dotnet publish src/App.csproj -c Release',
      'copy src/App.csproj ./src/\nrun dotnet restore src/App.csproj\ncopy . .\nrun dotnet publish src/App.csproj -c Release',
    ],
    ['COPY . .\nRUN dotnet restore', 'COPY *.csproj ./\nRUN dotnet restore\nCOPY . .'],
    [
      'COPY . .\nRUN uv sync --no-install-project',
      'COPY pyproject.toml uv.lock* ./\nRUN uv sync --no-install-project\nCOPY . .',
    ],
    ['COPY . .\nRUN bundle install', 'COPY Gemfile* ./\nRUN bundle install\nCOPY . .'],
  ];
  for (const [before, after] of cases) {
    const from = before.startsWith('copy') ? 'from a\n' : before.includes('\r') ? 'FROM a\r\n' : 'FROM a\n';
    it(JSON.stringify(before), () => assertFix(code, from + before, from + after, { knowledge }));
  }

  it('mounts a cache where a build has to see all files', () => {
    const after = 'FROM rust:1\nCOPY . .\nRUN --mount=type=cache,target=/usr/local/cargo/registry cargo build';
    assertFix(code, 'FROM rust:1\nCOPY . .\nRUN cargo build', after, { knowledge });
    for (const text of ['FROM a\n', 'FROM rust:1\nUSER me\n', 'FROM rust:1\nENV CARGO_HOME=/x\n'])
      assert.equal(fixed(`${text}COPY . .\nRUN cargo build`, code, { knowledge }), undefined);
  });

  const uncertain: readonly string[] = [
    'COPY . .\nRUN chmod +x x\nRUN npm ci',
    'COPY . .\nWORKDIR web\nRUN npm ci',
    'COPY . /src\nRUN npm ci',
    'COPY . $DIR\nRUN npm ci',
    'COPY . .\nRUN cd web && npm ci',
    'COPY . .\nRUN ./configure && npm ci',
    'COPY . .\nRUN npm ci && npm run build || true',
    'COPY . .\nRUN npm ci \\\n  # why\n  && npm run build',
    'COPY . .\nRUN poetry install',
    'COPY . .\nRUN dotnet restore App.sln',
    'COPY . .\nRUN dotnet publish -r linux-x64',
    'COPY . .\nRUN pip install -r a/a.txt -r b/b.txt',
    'COPY . .\nRUN pip install -r $FILE',
    'COPY . .\nRUN ./gradlew build',
    'COPY . .\nRUN <<EOF\nnpm ci\nEOF',
    'COPY . /a\nWORKDIR /a\nFROM b\nCOPY . .\nRUN cargo fetch',
  ];
  for (const text of uncertain) {
    it(`leaves alone: ${JSON.stringify(text)}`, () =>
      assert.equal(fixed(`FROM a\n${text}`, code, { knowledge }), undefined));
  }
});
