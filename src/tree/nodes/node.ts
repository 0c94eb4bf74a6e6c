import { referenceTo } from '../../inspect/evidence.ts';
import type { Node } from '../../model/node.ts';
import { getObject } from '../../base/kubectlLine.ts';
import { icons } from '../look.ts';
import { named, parts, type Row } from '../row.ts';
import type { ClusterScope } from './scope.ts';

/** A node that an agent does not cover. */
export function nodeRow(node: Node, parentId: string, scope: ClusterScope): Row {
  const { rendering, kubectl, source } = scope;
  const { t } = rendering;
  const address = node.addresses.find(({ type }) => type === 'InternalIP')?.address;
  const taints = node.taints.map(
    ({ key, value, effect }) => `${key}${value === undefined ? '' : `=${value}`}:${effect}`,
  );
  const description = parts(node.unschedulable ? t('cordoned') : undefined, taints[0], address);
  const reference = referenceTo(node);
  return {
    id: `${parentId}/Node:${node.meta.name}`,
    ...named(rendering, node.meta.name),
    description,
    icon: icons.node,
    spoken: `${t('Node {0}', node.meta.name)}, ${description}`,
    tags: ['node'],
    target: { kind: 'object', source, object: reference },
    basis: [node],
    tooltip: () => ({
      title: node.meta.name,
      rows: [
        [t('Address'), address ?? '—'],
        [t('Pod CIDR'), node.podCIDRs.join(', ') || '—'],
        [t('Taints'), taints.join(', ') || t('none')],
        [t('Kubelet'), node.kubeletVersion ?? '—'],
        [t('System'), parts(node.osImage, node.architecture, node.kernelVersion)],
      ],
    }),
    ...(address === undefined ? {} : { address }),
    ...(kubectl === undefined ? {} : { kubectl: () => getObject(kubectl, reference) }),
  };
}
