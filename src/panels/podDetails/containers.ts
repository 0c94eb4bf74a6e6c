import type { CniDefinition } from '../../inspect/cni/definition.ts';
import { restarts as restartWords } from '../../inspect/podHealth.ts';
import { booleanAt, type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringsAt } from '../../model/json.ts';
import { type ContainerStatus, readContainerStatuses } from '../../model/pod.ts';
import { type Field, field, fields, mono, ready, type Section, type Tone, type Value } from '../page.ts';
import { agentOf } from './agentOf.ts';
import { containerDetails } from './containerDetail.ts';
import { containerRole } from './containerRole.ts';
import { describeState, stateWords } from './containerState.ts';
import { imageWords } from './image.ts';
import type { PodInput } from './input.ts';
import { hookFields, probeFields } from './probes.ts';
import { resourceFields } from './resize.ts';
import { securityWords } from './securityContext.ts';
import { t } from '../translate.ts';

type GroupId = 'initContainers' | 'containers' | 'ephemeralContainers';

const statusFields: Readonly<Record<GroupId, string>> = {
  initContainers: 'initContainerStatuses',
  containers: 'containerStatuses',
  ephemeralContainers: 'ephemeralContainerStatuses',
};

const titleOf = (group: GroupId): string =>
  group === 'containers'
    ? t('Containers')
    : group === 'initContainers'
      ? t('Init containers')
      : t('Ephemeral containers');

/** A container with all that is known of it. */
interface Known {
  readonly group: GroupId;
  readonly name: string;
  readonly spec: JsonObject;
  readonly status: ContainerStatus | undefined;
  /** As the server sent it; empty before the kubelet has said anything. */
  readonly rawStatus: JsonObject;
  /** An init container that keeps running. */
  readonly sidecar: boolean;
}

function known({ pod, raw }: PodInput, group: GroupId, spec: JsonObject): Known {
  const name = stringAt(spec, 'name') ?? '';
  const rawState = objectAt(raw, 'status');
  const statuses =
    group === 'containers'
      ? pod.containerStatuses
      : group === 'initContainers'
        ? pod.initContainerStatuses
        : readContainerStatuses(rawState, statusFields[group]);
  return {
    group,
    name,
    spec,
    status: statuses.find((status) => status.name === name),
    rawStatus: objectsAt(rawState, statusFields[group]).find((entry) => stringAt(entry, 'name') === name) ?? {},
    sidecar: group === 'initContainers' && stringAt(spec, 'restartPolicy') === 'Always',
  };
}

const keepsRunning = ({ group, sidecar }: Known): boolean => group === 'containers' || sidecar;

/** Runs and is not ready, where that is what it is there for. */
const isNotReady = (container: Known): boolean =>
  keepsRunning(container) && container.status?.state?.kind === 'running' && !container.status.ready;

function readyField(container: Known): Field | undefined {
  const { status, spec } = container;
  if (status === undefined || !keepsRunning(container)) return undefined;
  const probed = 'startupProbe' in spec;
  const started =
    status.started === false && status.state?.kind === 'running'
      ? { text: t('not started yet'), note: probed ? t('its startup probe has not succeeded') : '' }
      : status.started === true && probed
        ? t('its startup probe has succeeded')
        : undefined;
  return field(t('Ready'), status.ready ? t('yes') : t('no'), started);
}

function restartField({ status }: Known): Field | undefined {
  if (status === undefined || status.restarts === 0) return undefined;
  const last = status.lastState?.kind === 'terminated' ? status.lastState.finished : undefined;
  return field(
    t('Restarts'),
    String(status.restarts),
    last === undefined ? undefined : { at: last, before: t('last'), after: t('ago') },
  );
}

/** What is done when the container ends, where it is not what the pod's own policy says. Source: API, ContainerRestartRule. */
function restartPolicyField({ spec, sidecar }: Known): Field | undefined {
  const rules = objectsAt(spec, 'restartPolicyRules').map((rule): Value => {
    const codes = objectAt(rule, 'exitCodes');
    const values = codes['values'];
    const list = Array.isArray(values) ? values.filter((code) => typeof code === 'number').join(', ') : '';
    const all = stringAt(rule, 'action') === 'RestartAllContainers';
    return stringAt(codes, 'operator') === 'NotIn'
      ? all
        ? t('on any exit but {0} all containers are started anew', list)
        : t('on any exit but {0} it is started anew', list)
      : all
        ? t('on exit {0} all containers are started anew', list)
        : t('on exit {0} it is started anew', list);
  });
  return field(t('Restart policy'), sidecar ? undefined : stringAt(spec, 'restartPolicy'), ...rules);
}

/** The link forwards the port; `live` is false where there is no cluster to forward it from. */
function portField({ spec }: Known, live: boolean): Field | undefined {
  return field(
    t('Ports'),
    ...objectsAt(spec, 'ports').map((port): Value => {
      const number = numberAt(port, 'containerPort');
      const protocol = stringAt(port, 'protocol') ?? 'TCP';
      const hostPort = numberAt(port, 'hostPort');
      const hostIp = stringAt(port, 'hostIP') ?? '';
      const note = [
        stringAt(port, 'name') ?? '',
        hostPort === undefined
          ? ''
          : hostIp === ''
            ? t('host port {0}', hostPort)
            : t('host port {0} of {1}', hostPort, hostIp),
      ]
        .filter(Boolean)
        .join(', ');
      return {
        text: `${number ?? '?'}/${protocol}`,
        mono: true,
        ...(note !== '' && { note }),
        ...(live &&
          number !== undefined &&
          protocol === 'TCP' && {
            action: { id: 'forwardPort', label: t('Forward port {0}', number), args: [String(number)] },
          }),
      };
    }),
  );
}

function imageFields({ spec, status }: Known): readonly (Field | undefined)[] {
  const image = stringAt(spec, 'image') ?? '';
  const pull = stringAt(spec, 'imagePullPolicy');
  const version = imageWords(image);
  return [
    field(
      t('Image'),
      mono(image),
      version && { text: version, tone: 'muted' },
      pull && { text: t('pull policy {0}', pull), tone: 'muted' },
    ),
    field(t('Image ID'), mono(status?.imageId)),
  ];
}

function programFields({ spec }: Known): readonly (Field | undefined)[] {
  const terminal = [
    booleanAt(spec, 'tty') === true ? t('has a terminal') : '',
    booleanAt(spec, 'stdin') === true ? t('standard input is open') : '',
    booleanAt(spec, 'stdinOnce') === true ? t('until it is closed once') : '',
  ].filter(Boolean);
  const path = stringAt(spec, 'terminationMessagePath');
  return [
    field(t('Command'), mono(stringsAt(spec, 'command').join(' '))),
    field(t('Arguments'), mono(stringsAt(spec, 'args').join(' '))),
    field(t('Working directory'), mono(stringAt(spec, 'workingDir'))),
    field(t('Terminal'), ...terminal),
    field(
      t('Last words to'),
      path === '/dev/termination-log' ? undefined : mono(path),
      stringAt(spec, 'terminationMessagePolicy') === 'FallbackToLogsOnError'
        ? t('after an error without any, the end of its log')
        : undefined,
    ),
  ];
}

/** Who its processes are on the node, as the kubelet reports it. */
function userField({ rawStatus }: Known): Field | undefined {
  const linux = objectAt(objectAt(rawStatus, 'user'), 'linux');
  const [user, group] = [numberAt(linux, 'uid'), numberAt(linux, 'gid')];
  return field(
    t('Started as'),
    user === undefined ? undefined : t('user {0}', user),
    group === undefined ? undefined : t('group {0}', group),
  );
}

function summaryOf(container: Known, tone: Tone, agent: CniDefinition | undefined): readonly Value[] {
  const { status, name, sidecar } = container;
  const restarts = status?.restarts ?? 0;
  const last = status?.lastState?.kind === 'terminated' ? status.lastState.finished : undefined;
  const role = containerRole(name, agent);
  return [
    { text: isNotReady(container) ? t('running, not ready') : stateWords(status?.state).text, tone },
    ...(restarts === 0
      ? []
      : [
          last === undefined
            ? restartWords(restarts)
            : { at: last, before: t('{0}, last', restartWords(restarts)), after: t('ago') },
        ]),
    ...(sidecar ? [{ text: t('sidecar'), tone: 'muted' as const }] : []),
    ...(role === undefined ? [] : [{ text: role, tone: 'muted' as const }]),
  ];
}

function containerSection(container: Known, live: boolean, agent: CniDefinition | undefined): Section {
  const { group, name, spec, status, rawStatus } = container;
  const id = `${group}/${name}`;
  const state = stateWords(status?.state);
  // A container for debugging ends as its shell does, which says nothing about the pod.
  const debugged = group === 'ephemeralContainers' && status?.state?.kind === 'terminated';
  const tone: Tone = state.tone === 'error' && !debugged ? 'error' : isNotReady(container) ? 'warning' : 'plain';
  return {
    id,
    title: name,
    summary: summaryOf(container, tone, agent),
    tone,
    open: tone !== 'plain' || group === 'containers',
    state: ready,
    blocks: fields(
      field(t('State'), ...describeState(status?.state)),
      field(t('Last state'), ...describeState(status?.lastState)),
      readyField(container),
      restartField(container),
      restartPolicyField(container),
      field(t('Looks into'), mono(stringAt(spec, 'targetContainerName'))),
      ...imageFields(container),
      portField(container, live),
      ...resourceFields(spec, rawStatus),
      ...probeFields(spec),
      ...programFields(container),
      ...hookFields(spec),
      field(t('Security'), ...securityWords(objectAt(spec, 'securityContext'))),
      userField(container),
      field(t('Container ID'), mono(stringAt(rawStatus, 'containerID'))),
    ),
    sections: containerDetails(id, name, spec),
  };
}

/** One section for each group of containers that the pod has. */
export function containers(input: PodInput): readonly Section[] {
  const spec = objectAt(input.raw, 'spec');
  const live = input.snapshot.content.origin === 'live';
  const agent = agentOf(input.pod, input.snapshot);
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((group) => {
    const list = objectsAt(spec, group);
    if (list.length === 0) return [];
    const sections = list.map((entry) => containerSection(known(input, group, entry), live, agent));
    const failing = sections.filter(({ tone }) => tone !== 'plain').length;
    return [
      {
        id: group,
        title: titleOf(group),
        summary: [
          failing === 0
            ? String(list.length)
            : { text: t('{0} of {1} not well', failing, list.length), tone: 'error' as const },
        ],
        open: group !== 'initContainers' || failing > 0,
        state: ready,
        blocks: [],
        sections,
      },
    ];
  });
}
