import type { Node } from '../model/node.ts';
import type { ContainerView, PodView } from './cniViewTypes.ts';
import { referenceTo } from './evidence.ts';
import { type Located, problemOfNodes } from './located.ts';
import { nodeFacts } from './nodeFacts.ts';

/**
 * flannel writes to its node once it has a subnet. A container that runs beside a node without that has none; without
 * a probe it counts as ready all the same. Where no node has the annotations, their prefix may have been changed, and
 * nothing follows.
 */
export function flannelSilent(nodes: readonly Node[], pods: readonly PodView[], asOf: number): Located | undefined {
  const bare = nodes.filter((node) => nodeFacts(node).flannel === undefined);
  if (bare.length === 0 || bare.length === nodes.length) return undefined;
  const byName = new Map(bare.map((node) => [node.meta.name, node]));
  const silent = pods.flatMap(({ pod, node, containers }) => {
    const found = byName.get(node ?? '');
    if (found === undefined) return [];
    const flannel = containers.find(isFlannel);
    const started = flannel?.state?.kind === 'running' ? flannel.state.started : undefined;
    const settled = started === undefined || asOf - started > 120_000;
    return pod.meta.deleted === undefined && flannel?.state?.kind === 'running' && settled ? [found] : [];
  });
  return problemOfNodes({
    id: 'flannel-silent',
    severity: 'breaks',
    level: 'agent',
    nodes: silent,
    field: 'metadata.annotations',
    state: () => 'no annotation of flannel’s',
    sentence: (names) => `kube-flannel runs on ${names} and has not taken a subnet`,
    cause: 'It has not written its annotations to the node, so other nodes send it nothing.',
    fix: 'Read its log, then delete the pod so that it starts anew.',
  });
}

const isFlannel = ({ name, kind }: ContainerView): boolean =>
  kind === 'main' && (name === 'kube-flannel' || name === 'flannel');

/** The same on the pod and its container, which would look healthy otherwise. */
export function withSilentFlannel(view: PodView, silent: Located | undefined): PodView {
  if (silent === undefined || view.node === undefined || silent.nodes?.has(view.node) !== true) return view;
  return {
    ...view,
    severity: 'breaks',
    containers: view.containers.map((container) =>
      isFlannel(container) ? { ...container, severity: 'breaks', words: `${container.words}, no subnet` } : container,
    ),
    problems: [...view.problems, { ...silent.problem, subject: referenceTo(view.pod) }],
  };
}
