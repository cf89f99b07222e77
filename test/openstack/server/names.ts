/** The names of a stack's namespaces and links. A link's name has at most 15 characters. */
export function namesOf(id: string) {
  const cloudHost = `cloud-${id}`;
  const peer = `peer-${id}`;
  const peerHosts = [`peer-host1-${id}`, `peer-host2-${id}`] as const;
  const externalLink = `ext-${id}`;
  const internalLink = `int-${id}`;
  return {
    cloudHost,
    peer,
    peerHosts,
    externalLink,
    internalLink,
    namespaces: [cloudHost, peer, ...peerHosts],
    links: [externalLink, internalLink],
  };
}
