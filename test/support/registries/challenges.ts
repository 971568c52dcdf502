/** How registries write `WWW-Authenticate`. Source: RFC 9110, 11.6.1; distribution, docs/content/spec/auth/token.md. */

export interface ChallengeParts {
  readonly scheme: 'Bearer' | 'Basic';
  readonly realm: string;
  readonly service: string;
  readonly scope?: string;
  readonly error?: 'invalid_token' | 'insufficient_scope';
}

export type ChallengeForm = (parts: ChallengeParts) => string;

const parameter = (name: string, value?: string) => (value === undefined ? [] : [`${name}="${value}"`]);

const usual: ChallengeForm = ({ scheme, realm, service, scope, error }) =>
  scheme === 'Basic'
    ? `Basic realm="${service}"`
    : `Bearer ${[...parameter('realm', realm), ...parameter('service', service), ...parameter('scope', scope), ...parameter('error', error)].join(',')}`;

export const challenges = {
  usual,
  /** Any order is as good. */
  scopeFirst: ({ realm, service, scope, error }) =>
    `Bearer ${[...parameter('error', error), ...parameter('scope', scope), ...parameter('service', service), ...parameter('realm', realm)].join(', ')}`,
  /** Codeberg: two challenges in one header, and a scope that is everything. */
  severalInOne: (parts) => `${usual({ ...parts, scheme: 'Bearer', scope: '*' })},Basic realm="${parts.service}"`,
  basicFirst: (parts) => `Basic realm="${parts.service}", ${usual({ ...parts, scheme: 'Bearer' })}`,
  /** Nexus. */
  upperCaseBasic: () => 'BASIC realm="Sonatype Nexus Repository Manager"',
  relativeRealm: (parts) => usual({ ...parts, realm: new URL(parts.realm).pathname }),
  /** Google Artifact Registry. */
  withoutService: ({ realm, scope }) =>
    `Bearer ${[...parameter('realm', realm), ...parameter('scope', scope)].join(',')}`,
  withoutScope: ({ realm, service, scheme }) => usual({ realm, service, scheme }),
} satisfies Record<string, ChallengeForm>;
