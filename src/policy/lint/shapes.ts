import type { KindKey } from '../../model/kinds.ts';
import {
  anything,
  boolean,
  integer,
  integerOrText,
  labelSelector,
  list,
  number,
  object,
  type Shape,
  text,
} from './shape.ts';

// networking.k8s.io/v1, types.go
const peers = list(
  object({
    podSelector: labelSelector,
    namespaceSelector: labelSelector,
    ipBlock: object({ cidr: text, except: list(text) }, 'cidr'),
  }),
);
const ports = list(object({ protocol: text, port: integerOrText, endPort: integer }));
const networkPolicy = object({
  podSelector: labelSelector,
  policyTypes: list(text),
  ingress: list(object({ from: peers, ports })),
  egress: list(object({ to: peers, ports })),
});

// policy.networking.k8s.io/v1alpha1
const namespacedPods = object(
  { namespaceSelector: labelSelector, podSelector: labelSelector },
  'namespaceSelector',
  'podSelector',
);
const subject = object({ namespaces: labelSelector, pods: namespacedPods });
const adminPorts = list(
  object({
    portNumber: object({ protocol: text, port: integer }, 'port'),
    portRange: object({ protocol: text, start: integer, end: integer }, 'start', 'end'),
    namedPort: text,
  }),
);
const ingressPeers = list(object({ namespaces: labelSelector, pods: namespacedPods }));
const egressPeers = (domains: boolean): Shape =>
  list(
    object({
      namespaces: labelSelector,
      pods: namespacedPods,
      nodes: labelSelector,
      networks: list(text),
      ...(domains ? { domainNames: list(text) } : {}),
    }),
  );
const adminRules = (more: Readonly<Record<string, Shape>>, domains: boolean) => ({
  ingress: list(object({ name: text, action: text, from: ingressPeers, ...more }, 'action', 'from')),
  egress: list(object({ name: text, action: text, to: egressPeers(domains), ...more }, 'action', 'to')),
});
const adminNetworkPolicy = object(
  { priority: integer, subject, ...adminRules({ ports: adminPorts }, true) },
  'priority',
  'subject',
);
const baselineAdminNetworkPolicy = object({ subject, ...adminRules({ ports: adminPorts }, false) }, 'subject');

// policy.networking.k8s.io/v1alpha2
const portMatch = object({ number: integer, range: object({ start: integer, end: integer }, 'start', 'end') });
const transport = object({ destinationPort: portMatch });
const protocols = list(object({ tcp: transport, udp: transport, sctp: transport, destinationNamedPort: text }));
const clusterNetworkPolicy = object(
  { tier: text, priority: integer, subject, ...adminRules({ protocols }, true) },
  'tier',
  'priority',
  'subject',
);

// projectcalico.org/v3
const entity = object({
  nets: list(text),
  notNets: list(text),
  selector: text,
  notSelector: text,
  namespaceSelector: text,
  ports: list(integerOrText),
  notPorts: list(integerOrText),
  serviceAccounts: object({ names: list(text), selector: text }),
  services: object({ name: text, namespace: text }),
  domains: list(text),
});
const icmp = object({ type: integer, code: integer });
const calicoRules = list(
  object(
    {
      action: text,
      ipVersion: integer,
      protocol: integerOrText,
      notProtocol: integerOrText,
      icmp,
      notICMP: icmp,
      source: entity,
      destination: entity,
      http: anything,
      metadata: anything,
    },
    'action',
  ),
);
const calicoCommon = {
  tier: text,
  order: number,
  selector: text,
  serviceAccountSelector: text,
  types: list(text),
  ingress: calicoRules,
  egress: calicoRules,
  performanceHints: list(text),
};
const calicoNetworkPolicy = object(calicoCommon);
const calicoGlobalNetworkPolicy = object({
  ...calicoCommon,
  namespaceSelector: text,
  doNotTrack: boolean,
  preDNAT: boolean,
  applyOnForward: boolean,
});
const staged = { stagedAction: text };

/** The `spec` of each kind of policy that is checked. */
export const specShapes: { readonly [K in KindKey]?: Shape } = {
  networkPolicies: networkPolicy,
  adminNetworkPolicies: adminNetworkPolicy,
  baselineAdminNetworkPolicies: baselineAdminNetworkPolicy,
  clusterNetworkPolicies: clusterNetworkPolicy,
  calicoNetworkPolicies: calicoNetworkPolicy,
  calicoGlobalNetworkPolicies: calicoGlobalNetworkPolicy,
  calicoStagedNetworkPolicies: object({ ...calicoCommon, ...staged }),
  calicoStagedGlobalNetworkPolicies: object({
    ...calicoCommon,
    ...staged,
    namespaceSelector: text,
    doNotTrack: boolean,
    preDNAT: boolean,
    applyOnForward: boolean,
  }),
};
