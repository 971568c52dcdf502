import type { ImageReference } from '../../../../../common/reference.ts';

/** Docker's official images that have never been made for Windows. Source: the Architectures of docker-library/official-images. */
const linuxOnly = new Set(
  (
    'almalinux alpine alt amazonlinux archlinux bash buildpack-deps busybox centos cirros clearlinux composer couchdb debian ' +
    'elasticsearch elixir erlang fedora gcc ghost gradle haproxy haskell httpd kibana kong logstash mageia mariadb maven ' +
    'memcached mysql neo4j nextcloud nginx node opensuse oraclelinux perl photon php postgres r-base rabbitmq redis redmine ' +
    'rockylinux ros ruby rust sonarqube tomcat ubuntu varnish wordpress zookeeper'
  ).split(' '),
);

/** Parts of tags that name a Linux distribution. */
const linuxTag =
  /(?:^|[-.])(?:alpine(?:\d[\d.]*)?|trixie|bookworm|bullseye|buster|stretch|jessie|resolute|noble|jammy|focal|bionic|azurelinux[\d.]*|cbl-mariner[\d.]*)(?:-|$)/;

const windowsTag = /(?:^|-)(?:nanoserver|windowsservercore|servercore)(?:-|$)|(?:^|-)ltsc20\d\d(?:-|$)/;

const windowsRepository = /(?:^|\/)(?:nanoserver|servercore|windowsservercore)$/;

/** The operating system that all images under a reference are for; undefined where it is not certain from the name. */
export function systemOf({ registry, repository, tag = '' }: ImageReference): 'linux' | 'windows' | undefined {
  if (registry === 'mcr.microsoft.com' && /^(?:windows|windows\/.+|dotnet\/framework\/.+)$/.test(repository))
    return 'windows';
  if (windowsTag.test(tag) || windowsRepository.test(repository)) return 'windows';
  const official = registry === 'docker.io' && /^library\/(.+)$/.exec(repository)?.[1];
  if ((official && linuxOnly.has(official)) || linuxTag.test(tag)) return 'linux';
  return undefined;
}
