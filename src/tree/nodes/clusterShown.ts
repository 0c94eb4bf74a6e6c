import type { ClusterTypeReading } from '../../inspect/clusterType.ts';
import type { CniView } from '../../inspect/cniViewTypes.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Cluster } from '../clusters.ts';
import type { ConnectionLook } from '../connection.ts';
import type { Rendering } from '../rendering.ts';
import type { Visible } from '../visible.ts';
import type { Translate } from '../words.ts';

/** What the user chose for this cluster. */
export interface ClusterMarks {
  readonly favourite: boolean;
  readonly hidden: boolean;
}

/** What a cluster's row, its tooltip and the rows below are made of. */
export interface ClusterShown {
  readonly cluster: Cluster;
  readonly snapshot: ClusterSnapshot;
  readonly marks: ClusterMarks;
  readonly rendering: Rendering;
  readonly look: ConnectionLook;
  readonly view: CniView | undefined;
  readonly visible: Visible | undefined;
}

export function typeWords(type: ClusterTypeReading, version: string | undefined, t: Translate): string {
  const unsure = type.confidence === undefined || type.confidence === 'hint';
  if (type.pending && unsure) return version ?? t('reading…');
  const name = type.confidence === 'hint' ? t('perhaps {0}', type.name) : type.name;
  return [name, version].filter((text) => text !== undefined).join(' ');
}
