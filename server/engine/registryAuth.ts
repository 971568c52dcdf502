/** How the engine is told who we are at a registry. */
import type { Credential } from '../util/credential.ts';

/** The value of X-Registry-Auth. */
export function registryAuth(credential: Credential, registry: string): string {
  return authHeader({ ...authOf(credential), serveraddress: registry });
}

/** JSON in base64url with its padding, without which the engine drops it silently. Source: moby api/types/registry. */
export function authHeader(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** A credential by the engine's names. */
export function authOf(credential: Credential): object {
  switch (credential.kind) {
    case 'basic':
      return { username: credential.username, password: credential.password };
    case 'identityToken':
      return { username: credential.username, identitytoken: credential.token };
    case 'registryToken':
      return { registrytoken: credential.token };
  }
}
