import assert from 'node:assert/strict';
import { findings } from '../../../../../support/findings.ts';

describe('files with secrets that are copied in', () => {
  const cases: readonly (readonly [instruction: string, sources: readonly string[]])[] = [
    ['COPY .env .', ['.env']],
    ['COPY package.json .env.local ./', ['.env.local']],
    ['COPY ["config/.env", "/app/"]', ['"config/.env"']],
    ['ADD id_rsa /root/.ssh/id_rsa', ['id_rsa']],
    ['COPY --chmod=600 keys/id_ed25519 /root/.ssh/', ['keys/id_ed25519']],
    ['COPY .ssh /root/.ssh', ['.ssh']],
    ['COPY .netrc .pypirc /root/', ['.netrc', '.pypirc']],
    ['COPY .aws/credentials /root/.aws/credentials', ['.aws/credentials']],
    ['COPY .docker/config.json /root/.docker/', ['.docker/config.json']],
    ['COPY .kube /root/.kube', ['.kube']],
    ['COPY .npmrc /root/.npmrc', ['.npmrc']],
    ['COPY certs/server.key certs/server.crt /etc/ssl/', ['certs/server.key']],
    ['COPY site.pfx tls-key.pem private_key.pem /etc/ssl/', ['site.pfx', 'tls-key.pem', 'private_key.pem']],
    ['ONBUILD COPY .env .', ['.env']],
    // not secret, or not certainly
    ['COPY .env.example .env.production meta.env /app/', []],
    ['COPY .npmrc package.json ./', []],
    ['COPY id_rsa.pub authorized_keys /root/.ssh/', []],
    ['COPY ca.pem cert.pem fullchain.pem root.crt /etc/ssl/', []],
    ['COPY docker.key nginx_signing.key public.key /etc/apt/keyrings/', []],
    ['COPY --from=build /app/.env .', []],
    ['ADD https://a.b/server.key /etc/apt/', []],
    ['COPY <<.env /app/.env\nA=1\n.env', []],
    ['COPY config.json $FILE *.pfx /app/', []],
  ];
  for (const [instruction, sources] of cases) {
    it(JSON.stringify(instruction), () =>
      assert.deepEqual(
        findings(`FROM a\n${instruction}`).filter((finding) => finding.includes('SecretFileCopied')),
        sources.map((source) => `2 SecretFileCopied: ${source}`),
      ),
    );
  }
});
