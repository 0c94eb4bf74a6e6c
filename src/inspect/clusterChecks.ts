import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { CniReading } from './cni/cniReading.ts';
import { referenceTo } from './evidence.ts';
import { k3sFlag } from './k3sArguments.ts';
import type { Located } from './located.ts';
import type { Problem } from './problem.ts';

const architecture = /-(amd64|arm64|arm|ppc64le|s390x|windows.*)$/;

/** Two DaemonSets of one CNI, unless they divide the nodes among them, as flannel's old ones for each architecture did. */
export function copies({ detected }: CniReading): readonly Problem[] {
  return detected.flatMap(({ name, agents }) => {
    const kinds = agents.map(
      ({ meta, template }) => architecture.exec(meta.name)?.[0] ?? JSON.stringify(template.nodeSelector),
    );
    const divided = new Set(kinds).size === agents.length;
    const [first] = agents;
    if (agents.length < 2 || divided || first === undefined) return [];
    const where = agents.map(({ meta }) => `${meta.namespace}/${meta.name}`);
    return [
      {
        id: 'cni-two-copies',
        severity: 'breaks' as const,
        subject: referenceTo(first),
        sentence: `${name} runs twice: ${where.join(' and ')}`,
        cause: 'It was installed again in another namespace or under another name.',
        fix: 'Remove the copy that is not meant.',
        evidence: agents.map((agent) => ({
          from: 'object' as const,
          sentence: `DaemonSet ${agent.meta.namespace}/${agent.meta.name}`,
          weight: 0,
          object: referenceTo(agent),
        })),
        consequences: [],
      },
    ];
  });
}

/** Canal on k3s needs k3s's own flannel switched off: both use the same port and the same annotations. */
export function twoFlannels(snapshot: ClusterSnapshot, type: string, { detected }: CniReading): readonly Problem[] {
  const own = detected.find(({ id, agents }) => (id === 'canal' || id === 'flannel') && agents.length > 0);
  const [agent] = own?.agents ?? [];
  if (type !== 'k3s' || own === undefined || agent === undefined) return [];
  if (k3sFlag(snapshot, '--flannel-backend') === 'none') return [];
  return [
    {
      id: 'k3s-two-flannels',
      severity: 'breaks',
      subject: referenceTo(agent),
      sentence: `${own.name} runs beside the flannel that k3s runs itself`,
      cause: 'Both use UDP port 8472 and write the same annotations.',
      fix: 'Start the k3s servers with --flannel-backend=none --disable-network-policy.',
      evidence: [
        {
          from: 'object',
          sentence: 'The k3s servers were not started with --flannel-backend=none',
          weight: 0,
          field: 'metadata.annotations["k3s.io/node-args"]',
        },
      ],
      consequences: [],
    },
  ];
}

/** NetworkPolicies in a cluster whose CNI does not enforce them look as if they protected something. */
export function policiesIgnored(snapshot: ClusterSnapshot, { enforcement, detected }: CniReading): readonly Located[] {
  const policies = snapshot.list('networkPolicies');
  const [first] = policies;
  if (enforcement.verdict !== 'no' || first === undefined) return [];
  const names = detected.filter(({ role }) => role !== 'meta').map(({ name }) => name);
  const count = policies.length;
  return [
    {
      level: 'configuration',
      nodes: undefined,
      problem: {
        id: 'policies-not-enforced',
        severity: 'may-break',
        subject: referenceTo(first),
        sentence: `${count === 1 ? '1 NetworkPolicy has' : `${count} NetworkPolicies have`} no effect: ${names.join(' and ')} ${names.length === 1 ? 'does' : 'do'} not enforce ${count === 1 ? 'it' : 'them'}`,
        cause: enforcement.reason,
        evidence: enforcement.evidence,
        consequences: [],
        ...(enforcement.fix === undefined ? {} : { fix: enforcement.fix }),
      },
    },
  ];
}
