import type { ObjectReference } from '../inspect/evidence.ts';
import { formatSelector, type LabelSelector } from '../model/labels.ts';

/** What a kubectl command is about, and through which kubeconfig entry. */
export interface KubectlScope {
  readonly context: string;
  /** A file that kubectl would not find by itself. */
  readonly kubeconfig?: string;
}

const start = ({ context, kubeconfig }: KubectlScope, namespace?: string): string[] => [
  'kubectl',
  ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
  `--context=${context}`,
  ...(namespace === undefined || namespace === '' ? [] : ['-n', namespace]),
];

export const getNodes = (scope: KubectlScope): readonly string[] => [...start(scope), 'get', 'nodes', '-o', 'wide'];

export const getObject = (scope: KubectlScope, object: ObjectReference): readonly string[] => [
  ...start(scope, object.namespace),
  'get',
  object.kind.toLowerCase(),
  object.name,
  '-o',
  'wide',
];

export const describeObject = (scope: KubectlScope, object: ObjectReference): readonly string[] => [
  ...start(scope, object.namespace),
  'describe',
  object.kind.toLowerCase(),
  object.name,
];

export const getPods = (scope: KubectlScope, namespace: string, selector: LabelSelector): readonly string[] => [
  ...start(scope, namespace),
  'get',
  'pods',
  `--selector=${formatSelector(selector)}`,
  '-o',
  'wide',
];

export const logs = (
  scope: KubectlScope,
  pod: ObjectReference,
  container: string,
  previous: boolean,
): readonly string[] => [
  ...start(scope, pod.namespace),
  'logs',
  pod.name,
  '-c',
  container,
  ...(previous ? ['--previous'] : []),
];
