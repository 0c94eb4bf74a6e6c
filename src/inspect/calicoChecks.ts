import { booleanAt, stringAt } from '../model/json.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { DetectedCni } from './cni/cniReading.ts';
import { referenceTo } from './evidence.ts';
import type { Located } from './located.ts';

const release = (version: string): string | undefined => /^v?(\d+\.\d+\.\d+)/.exec(version)?.[1];

/** What Calico's own objects say. `cni` is the CNI that runs Calico's agent: Calico or Canal. */
export function calicoChecks(snapshot: ClusterSnapshot, cni: DetectedCni): readonly Located[] {
  const found: Located[] = [];
  for (const information of snapshot.list('calicoClusterInformations')) {
    const subject = referenceTo(information);
    if (booleanAt(information.spec, 'datastoreReady') === false) {
      const sentence = 'Calico’s datastore is not ready: ClusterInformation default says datastoreReady false';
      found.push({
        level: 'configuration',
        nodes: undefined,
        breaksContainers: ['calico-node'],
        problem: {
          id: 'calico-datastore-not-ready',
          severity: 'breaks',
          subject,
          sentence,
          cause: 'A datastore migration is under way or was left locked. No new pod gets a network meanwhile.',
          fix: 'Finish the migration, then run calicoctl datastore migrate unlock.',
          evidence: [{ from: 'object', sentence, weight: 0, object: subject, field: 'spec.datastoreReady' }],
          consequences: [],
        },
      });
    }
    const written = release(stringAt(information.spec, 'calicoVersion') ?? '');
    const running = release(cni.version ?? '');
    if (written !== undefined && running !== undefined && written !== running) {
      const sentence = `Calico’s agents run ${running}, and its datastore was last written by ${written}`;
      found.push({
        level: 'configuration',
        nodes: undefined,
        problem: {
          id: 'calico-half-upgraded',
          severity: 'may-break',
          subject,
          sentence,
          cause: 'An upgrade or downgrade has not reached every part.',
          fix: 'Apply the manifest of one version entirely: CRDs, controllers and agents.',
          evidence: [{ from: 'object', sentence, weight: 0, object: subject, field: 'spec.calicoVersion' }],
          consequences: [],
        },
      });
    }
  }
  return found;
}
