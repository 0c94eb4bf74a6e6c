import type { ClusterSnapshot, Interest } from '../model/snapshot.ts';
import { clusterTypes } from './clusterType/catalogue.ts';
import type { ClusterTypeDefinition } from './clusterType/definition.ts';
import { overlays } from './clusterType/overlays.ts';
import type { Signal } from './clusterType/signals.ts';
import { type Confidence, type Evidence, gapEvidence, isPending } from './evidence.ts';
import { reading } from './reading.ts';

export interface ClusterTypeVerdict {
  /** `eks`, `kubeadm`, …; `unknown` where nothing speaks for any type. */
  readonly id: string;
  readonly name: string;
  /** Absent where the type is unknown. */
  readonly confidence?: Confidence;
  /** The strongest first. */
  readonly evidence: readonly Evidence[];
}

export interface OverlayVerdict extends ClusterTypeVerdict {
  readonly confidence: Confidence;
  readonly meaning: string;
}

export interface ClusterTypeReading extends ClusterTypeVerdict {
  /** Managers beside the type, which keeps its own name: Rancher, Rafay, Azure Arc. */
  readonly overlays: readonly OverlayVerdict[];
  /** Where the machines are, by the nodes' provider IDs, when that is not said by the type: `AWS`, `vSphere`. */
  readonly infrastructure?: string;
  /** What could not be read and might have said otherwise. */
  readonly gaps: readonly Evidence[];
  /** Some of what is needed is still on its way, so the verdict may change. */
  readonly pending: boolean;
}

/** What one sure sign weighs. Below it signs have to add up. */
const certain = 60;
const likely = 30;

const confidenceRank: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, hint: 2 };

/**
 * The kubeconfig describes a way to the cluster, which a tunnel or a manager's proxy hides, and anybody may name a
 * context: alone it never makes a verdict certain.
 */
function confidenceOf(evidence: readonly Evidence[]): Confidence | undefined {
  let seen = 0;
  let told = 0;
  for (const { from, weight } of evidence) {
    if (from === 'kubeconfig') told += weight;
    else seen += weight;
  }
  if (seen >= certain) return 'certain';
  if (seen + told >= likely) return 'likely';
  return seen + told > 0 ? 'hint' : undefined;
}

interface Weighed {
  readonly evidence: readonly Evidence[];
  readonly gaps: readonly Evidence[];
  readonly confidence: Confidence | undefined;
}

function weigh(signals: readonly Signal[], snapshot: ClusterSnapshot): Weighed {
  const evidence: Evidence[] = [];
  const gaps: Evidence[] = [];
  for (const signal of signals) {
    const found = signal.read(snapshot);
    if (found !== undefined) (found.from === 'gap' ? gaps : evidence).push(found);
  }
  evidence.sort((one, other) => other.weight - one.weight);
  return { evidence, gaps, confidence: confidenceOf(evidence) };
}

function best(
  snapshot: ClusterSnapshot,
  pick: (definition: ClusterTypeDefinition) => readonly Signal[],
):
  | { readonly definition: ClusterTypeDefinition; readonly weighed: Weighed; readonly confidence: Confidence }
  | undefined {
  let found: { definition: ClusterTypeDefinition; weighed: Weighed; confidence: Confidence } | undefined;
  for (const definition of clusterTypes) {
    const weighed = weigh(pick(definition), snapshot);
    const { confidence } = weighed;
    if (confidence === undefined) continue;
    if (found === undefined || confidenceRank[confidence] < confidenceRank[found.confidence])
      found = { definition, weighed, confidence };
    if (found.confidence === 'certain') break;
  }
  return found;
}

const clouds: readonly (readonly [prefix: string, name: string])[] = [
  ['aws://', 'AWS'],
  ['gce://', 'Google Cloud'],
  ['azure://', 'Azure'],
  ['vsphere://', 'vSphere'],
  ['openstack://', 'OpenStack'],
  ['hcloud://', 'Hetzner Cloud'],
  ['linode://', 'Linode'],
  ['digitalocean://', 'DigitalOcean'],
  ['ibm://', 'IBM Cloud'],
  ['ibmcloud://', 'IBM Cloud'],
  ['metal3://', 'Metal3'],
  ['equinixmetal://', 'Equinix Metal'],
  ['proxmox://', 'Proxmox'],
];

/** Types that say themselves whose machines they run on. */
const oneCloud = new Set(['eks', 'gke', 'aks', 'oke', 'doks', 'iks', 'lke', 'ack']);

function infrastructureOf(snapshot: ClusterSnapshot, type: string | undefined): string | undefined {
  if (type !== undefined && oneCloud.has(type)) return undefined;
  for (const { providerId } of snapshot.list('nodes')) {
    if (providerId === undefined) continue;
    const cloud = clouds.find(([prefix]) => providerId.startsWith(prefix));
    if (cloud !== undefined) return cloud[1];
  }
  return undefined;
}

const distinct = (gaps: readonly Evidence[]): readonly Evidence[] => [
  ...new Map(gaps.map((gap) => [gap.sentence, gap])).values(),
];

/**
 * The cluster's type: the best founded of the catalogue and, among equally well founded ones, the most specific.
 * What may not be read is listed as a gap and never counts as absent.
 */
export const readClusterType = reading((snapshot): ClusterTypeReading => {
  const { server } = snapshot;
  const nodeKnowledge = snapshot.knowledge('nodes');
  const namespaceKnowledge = snapshot.knowledge('namespaces');
  const found = best(snapshot, ({ signals }) => signals);
  const gaps: Evidence[] = [];
  for (const gap of [
    gapEvidence(nodeKnowledge, 'nodes'),
    gapEvidence(server.versionKnowledge, "the server's version"),
    gapEvidence(server.groupsKnowledge, 'the API groups'),
  ])
    if (gap !== undefined) gaps.push(gap);
  if (found?.confidence !== 'certain')
    for (const { signals } of clusterTypes) gaps.push(...weigh(signals, snapshot).gaps);

  const infrastructure = infrastructureOf(snapshot, found?.definition.id);
  return {
    id: found?.definition.id ?? 'unknown',
    name: found?.definition.name ?? 'Unknown type',
    ...(found === undefined ? {} : { confidence: found.confidence }),
    evidence: found?.weighed.evidence ?? [],
    overlays: overlays.flatMap(({ id, name, meaning, signals }) => {
      const { confidence, evidence } = weigh(signals, snapshot);
      return confidence === undefined ? [] : [{ id, name, meaning, confidence, evidence }];
    }),
    gaps: distinct(gaps),
    pending: isPending(nodeKnowledge) || isPending(namespaceKnowledge) || isPending(server.versionKnowledge),
    ...(infrastructure === undefined ? {} : { infrastructure }),
  };
});

/**
 * What else to read to tell the type. Nodes, namespaces, version and API groups come first; single objects are asked
 * for only while those leave it open. It looks at nothing that it asks for itself, so that the answer cannot make the
 * question go away and come back.
 */
export function clusterTypeInterests(snapshot: ClusterSnapshot): readonly Interest[] {
  const basic: Interest[] = [{ kind: 'nodes' }, { kind: 'namespaces' }];
  for (const { signals } of overlays)
    for (const { interest } of signals) {
      if (interest?.namespace !== undefined && snapshot.table('namespaces').get('', interest.namespace) !== undefined)
        basic.push(interest);
    }
  if (isPending(snapshot.knowledge('nodes')) || isPending(snapshot.server.versionKnowledge)) return basic;
  const cheap = best(snapshot, ({ signals }) => signals.filter(({ interest }) => interest === undefined));
  if (cheap?.confidence === 'certain') return basic;
  const single = clusterTypes.flatMap(({ signals }) => signals.flatMap(({ interest }) => interest ?? []));
  return [...basic, ...single];
}
