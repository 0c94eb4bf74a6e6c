import type { Peer, Policy, Rule } from './rules.ts';
import type { Protocol } from './types.ts';

/** `TCP 5432`, `ICMP`, `protocol 47`. */
export function packetText(protocol: Protocol, port: number | string | undefined): string {
  const name = typeof protocol === 'number' ? `protocol ${protocol}` : protocol;
  if (port === undefined) return name;
  if (protocol === 'ICMP' || protocol === 'ICMPv6')
    return typeof port === 'number' ? `${name} type ${Math.floor(port / 256)} code ${port % 256}` : name;
  return `${name} ${port}`;
}

export function peerText(peer: Peer): string {
  switch (peer.kind) {
    case 'pods': {
      const pods = peer.pods.text === '' ? 'every pod' : peer.pods.text;
      if (peer.namespace !== undefined) return pods === 'every pod' ? `every pod of ${peer.namespace}` : pods;
      return peer.namespaces.text === ''
        ? `${pods} of every namespace`
        : `${pods} of namespaces with ${peer.namespaces.text}`;
    }
    case 'block':
      return peer.text;
    case 'nothing':
      return 'nothing';
    case 'nodes':
      return peer.nodes.text === '' ? 'every node' : `nodes with ${peer.nodes.text}`;
    case 'domains':
    case 'custom':
      return peer.text;
  }
}

const some = (texts: readonly string[]): string =>
  texts.length <= 3 ? texts.join(' or ') : `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`;

/** What a rule is about: `app=api on TCP 8080`. */
export function ruleText(rule: Rule): string {
  const peers =
    rule.peers === undefined ? 'everything' : rule.peers.length === 0 ? 'nothing' : some(rule.peers.map(peerText));
  return rule.ports.text === '' ? peers : `${peers} on ${rule.ports.text}`;
}

export const peersOnly = (rule: Rule): string =>
  rule.peers === undefined ? 'everything' : rule.peers.length === 0 ? 'nothing' : some(rule.peers.map(peerText));

/** NetworkPolicies by name alone, the other kinds with their kind. */
export const policyText = ({ ref }: Policy): string =>
  ref.table === 'networkPolicies' ? `\`${ref.name}\`` : `${ref.kind} \`${ref.name}\``;

export const listText = (texts: readonly string[]): string => {
  const shown = texts.length > 3 ? [...texts.slice(0, 2), `${texts.length - 2} more`] : texts;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
};
