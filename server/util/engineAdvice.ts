/**
 * What can be done where an engine does not get to a registry, by its own words: it has a network, a proxy and a list of
 * trusted authorities of its own. Undefined for any other trouble. Source: Go's net, net/http and crypto/x509.
 */
export function engineAdvice(message: string, host: string): string | undefined {
  if (/x509|certificate/i.test(message)) {
    return `Give the engine the authority's certificate: /etc/docker/certs.d/${host}/ca.crt on its machine.`;
  }
  if (/HTTP response to HTTPS client/i.test(message)) {
    return `Add ${host} to insecure-registries in the engine's configuration (daemon.json).`;
  }
  const isNetwork = /no such host|connection refused|timeout|unreachable|deadline exceeded|did not answer/i.test(
    message,
  );
  return isNetwork
    ? "Check the network and the proxy of the engine's machine, which are not those of VS Code."
    : undefined;
}
