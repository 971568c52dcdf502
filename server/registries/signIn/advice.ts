/** What people get wrong when they sign in to a product, in a sentence that says what is right. */
import type { RegistryKind } from '../../../common/registry.ts';

const advice: Partial<Readonly<Record<RegistryKind, string>>> = {
  hub: 'Take a personal access token (app.docker.com/settings/personal-access-tokens) for the password: where two-step verification or single sign-on is on, Docker Hub takes nothing else. An organisation token goes with the name of the organisation.',
  acr: 'As user name take the application id of a service principal, the name of a token of the registry, or its admin user where that is enabled.',
  ghcr: 'Take a classic personal access token with the scope read:packages; where the organisation uses single sign-on, authorise it for that.',
  ecr: 'The user name is AWS and the password what "aws ecr get-login-password" prints; it is good for 12 hours.',
  gar: 'The user name is oauth2accesstoken with what "gcloud auth print-access-token" prints, which is good for an hour, or _json_key with the key of a service account.',
  gitlab: 'Take an access token with the scopes read_registry and read_api.',
  harbor:
    'A robot account goes by its whole name (robot$name); where people sign in by OpenID, the password is the CLI secret of the profile.',
  quay: 'Take a robot account (team+robot) with its token, or $oauthtoken with a token of an application.',
};

export function signInAdvice(kind: RegistryKind): string {
  return advice[kind] ?? 'Check the name and the password or token, and that it has not run out.';
}

/** The name that goes with a token where the product wants none of its own. Sources: the vendors' documents on docker login. */
export function tokenUser(kind: RegistryKind, token: string): string {
  switch (kind) {
    case 'acr':
      return '00000000-0000-0000-0000-000000000000';
    case 'ecr':
      return 'AWS';
    case 'gar':
      return token.trimStart().startsWith('{') ? '_json_key' : 'oauth2accesstoken';
    case 'quay':
      return '$oauthtoken';
    default:
      return 'oauth2';
  }
}
