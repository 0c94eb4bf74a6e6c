import { detectCni } from '../../inspect/cni/detect.ts';
import { restarts as restartWords } from '../../inspect/podHealth.ts';
import { podStatus } from '../../inspect/podStatus.ts';
import { objectAt, objectsAt, stringAt } from '../../model/json.ts';
import type { Section, Tone, Value } from '../page.ts';
import type { LogSources, PageHeader, PageState, PodPage } from '../protocol.ts';
import { actions } from './actions.ts';
import { containers } from './containers.ts';
import { diagnosis, podProblems } from './diagnosis.ts';
import { events } from './events.ts';
import type { PodInput } from './input.ts';
import { manifest } from './manifest.ts';
import { metadata } from './metadata.ts';
import { network } from './network.ts';
import { ownerOf, relations } from './relations.ts';
import { resources } from './resources.ts';
import { scheduling } from './scheduling.ts';
import { security } from './security.ts';
import { status } from './status.ts';
import { volumes } from './volumes.ts';
import { t } from '../translate.ts';

function header(input: PodInput): PageHeader {
  const { pod, snapshot } = input;
  const { status: word, ready, total, restarts, lastRestart } = podStatus(pod);
  const worst = podProblems(input)[0]?.severity;
  const tone: Tone = worst === 'breaks' ? 'error' : worst === 'may-break' ? 'warning' : 'plain';
  const owner = ownerOf(pod, snapshot);
  const cni =
    owner === undefined ? undefined : detectCni(snapshot).detected.find(({ agents }) => agents.includes(owner));
  const facts: Value[] = [t('{0}/{1} ready', ready, total)];
  if (restarts > 0)
    facts.push(
      lastRestart === undefined
        ? restartWords(restarts)
        : { at: lastRestart, before: t('{0}, last', restartWords(restarts)), after: t('ago') },
    );
  if (pod.meta.created !== undefined) facts.push({ at: pod.meta.created, before: t('age') });
  for (const { kind, name, controller } of pod.meta.owners)
    if (controller) facts.push({ text: `${kind} ${name}`, mono: true });
  if (pod.spec.nodeName !== undefined) facts.push({ text: pod.spec.nodeName, mono: true, note: t('node') });
  if (cni !== undefined) facts.push(t('{0} agent: {1}', cni.name, cni.title));
  return {
    cluster: snapshot.name,
    namespace: pod.meta.namespace,
    name: pod.meta.name,
    kind: 'Pod',
    status: word,
    tone,
    facts,
    actions: actions(input),
  };
}

function logSources({ pod, raw }: PodInput): LogSources {
  const debugging = objectsAt(objectAt(raw, 'spec'), 'ephemeralContainers').map((container) => ({
    name: stringAt(container, 'name') ?? '',
    group: 'ephemeral' as const,
    // They are never started a second time.
    previous: false,
  }));
  const of = (group: 'container' | 'init') =>
    (group === 'container' ? pod.spec.containers : pod.spec.initContainers).map(({ name }) => {
      const status = (group === 'container' ? pod.containerStatuses : pod.initContainerStatuses).find(
        (entry) => entry.name === name,
      );
      return { name, group, previous: (status?.restarts ?? 0) > 0 };
    });
  return { containers: [...of('container'), ...debugging, ...of('init')] };
}

/** A pod's page: what is wrong, what it is, the detail. */
export function podPage(input: PodInput, state: PageState): PodPage {
  const wrong = diagnosis(input);
  const sections: readonly Section[] = [
    ...(wrong.blocks.length > 0 ? [wrong] : []),
    ...containers(input).toSorted((one, other) => Number(one.id !== 'containers') - Number(other.id !== 'containers')),
    network(input),
    resources(input),
    relations(input),
    events(input),
    status(input),
    scheduling(input),
    volumes(input),
    security(input),
    metadata(input),
    manifest(input),
  ];
  return { header: header(input), state, sections, logs: logSources(input) };
}
