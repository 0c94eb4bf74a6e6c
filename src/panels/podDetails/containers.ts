import { restarts as restartWords } from '../../inspect/podHealth.ts';
import { exitMeaning } from '../../inspect/containerWords.ts';
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringsAt } from '../../model/json.ts';
import type { ContainerState, ContainerStatus } from '../../model/pod.ts';
import {
  type Bar,
  type Block,
  type Field,
  field,
  fields,
  mono,
  moment,
  ready,
  type Section,
  type Tone,
  type Value,
} from '../page.ts';
import { containerRole } from './containerRole.ts';
import type { PodInput, Usage } from './input.ts';
import { maskSecret } from './metadata.ts';
import { formatCpu, formatMemory, parseQuantity } from './quantity.ts';
import { t } from '../translate.ts';

interface Group {
  readonly field: string;
  readonly statusField: string;
  readonly title: string;
}

const groups: readonly Group[] = [
  { field: 'initContainers', statusField: 'initContainerStatuses', title: t('Init containers') },
  { field: 'containers', statusField: 'containerStatuses', title: t('Containers') },
  { field: 'ephemeralContainers', statusField: 'ephemeralContainerStatuses', title: t('Ephemeral containers') },
];

const statusOf = ({ pod, raw }: PodInput, group: Group, name: string): ContainerStatus | undefined => {
  if (group.field === 'containers') return pod.containerStatuses.find((status) => status.name === name);
  if (group.field === 'initContainers') return pod.initContainerStatuses.find((status) => status.name === name);
  const status = objectsAt(objectAt(raw, 'status'), group.statusField).find(
    (entry) => stringAt(entry, 'name') === name,
  );
  if (status === undefined) return undefined;
  const running = isObject(objectAt(status, 'state')['running']);
  return {
    name,
    ready: running,
    restarts: 0,
    image: stringAt(status, 'image') ?? '',
    state: running ? { kind: 'running' } : { kind: 'waiting' },
  };
};

/** A state in a few words, as the row of a container shows it. */
export function stateWords(state: ContainerState | undefined): { readonly text: string; readonly tone: Tone } {
  switch (state?.kind) {
    case undefined:
      return { text: t('not started'), tone: 'muted' };
    case 'running':
      return { text: t('running'), tone: 'plain' };
    case 'waiting': {
      const reason = state.reason ?? 'waiting';
      const starting = reason === 'ContainerCreating' || reason === 'PodInitializing';
      return { text: reason, tone: starting ? 'muted' : 'error' };
    }
    case 'terminated':
      return {
        text:
          state.exitCode === 0
            ? (state.reason ?? 'Completed')
            : t('{0} (exit {1})', state.reason ?? 'Error', state.exitCode),
        tone: state.exitCode === 0 ? 'plain' : 'error',
      };
  }
}

const describeState = (state: ContainerState | undefined): readonly Value[] => {
  if (state === undefined) return [];
  const { text, tone } = stateWords(state);
  const values: Value[] = [{ text, tone }];
  if (state.kind === 'running')
    values.push(...[moment(state.started, { before: t('for') })].filter((value) => value !== undefined));
  if (state.kind !== 'running' && state.message !== undefined)
    values.push({ text: state.message, mono: true, copy: true });
  if (state.kind === 'terminated') {
    const meaning = exitMeaning(state.exitCode, state.reason);
    if (meaning !== undefined) values.push({ text: meaning, tone: 'muted' });
    if (state.finished !== undefined) values.push({ at: state.finished, after: t('ago') });
    if (state.started !== undefined && state.finished !== undefined)
      values.push({
        text: t('ran for {0} s', Math.max(0, Math.round((state.finished - state.started) / 1000))),
        tone: 'muted',
      });
  }
  return values;
};

/** `HTTP GET :9099/readiness, every 10 s`. */
function probeWords(probe: JsonObject): string {
  const http = objectAt(probe, 'httpGet');
  const tcp = objectAt(probe, 'tcpSocket');
  const grpc = objectAt(probe, 'grpc');
  const exec = stringsAt(objectAt(probe, 'exec'), 'command');
  const portOf = (target: JsonObject): string => String(target['port'] ?? '?');
  const how =
    'httpGet' in probe
      ? `${stringAt(http, 'scheme') ?? 'HTTP'} GET ${stringAt(http, 'host') ?? ''}:${portOf(http)}${stringAt(http, 'path') ?? '/'}`
      : 'tcpSocket' in probe
        ? `TCP :${portOf(tcp)}`
        : 'grpc' in probe
          ? `gRPC :${portOf(grpc)}`
          : exec.join(' ');
  const timing = [
    t('every {0} s', numberAt(probe, 'periodSeconds') ?? 10),
    t('times out after {0} s', numberAt(probe, 'timeoutSeconds') ?? 1),
    t('fails after {0}', numberAt(probe, 'failureThreshold') ?? 3),
  ];
  const delay = numberAt(probe, 'initialDelaySeconds') ?? 0;
  if (delay > 0) timing.unshift(t('first after {0} s', delay));
  return `${how} · ${timing.join(', ')}`;
}

const probes = (container: JsonObject): readonly (Field | undefined)[] =>
  (['liveness', 'readiness', 'startup'] as const).map((name) => {
    const probe = objectAt(container, `${name}Probe`);
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)} probe`;
    return Object.keys(probe).length === 0 ? undefined : field(title, { text: probeWords(probe), mono: true });
  });

/** Where a value comes from; the value of a Secret is neither fetched nor shown. */
function environmentWords(variable: JsonObject): Value {
  const from = objectAt(variable, 'valueFrom');
  const secret = objectAt(from, 'secretKeyRef');
  const config = objectAt(from, 'configMapKeyRef');
  if ('secretKeyRef' in from)
    return {
      text: t('Secret {0}, key {1}', stringAt(secret, 'name') ?? '', stringAt(secret, 'key') ?? ''),
      tone: 'muted',
    };
  if ('configMapKeyRef' in from)
    return {
      text: t('ConfigMap {0}, key {1}', stringAt(config, 'name') ?? '', stringAt(config, 'key') ?? ''),
      tone: 'muted',
    };
  if ('fieldRef' in from)
    return { text: t('field {0}', stringAt(objectAt(from, 'fieldRef'), 'fieldPath') ?? ''), tone: 'muted' };
  if ('resourceFieldRef' in from)
    return { text: t('resource {0}', stringAt(objectAt(from, 'resourceFieldRef'), 'resource') ?? ''), tone: 'muted' };
  return { text: maskSecret(stringAt(variable, 'name') ?? '', stringAt(variable, 'value') ?? ''), mono: true };
}

const quantityAt = (resources: JsonObject, field: string, unit: Unit): number | undefined => {
  const value = objectAt(resources, field)[unit];
  const amount = parseQuantity(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '');
  return amount === undefined ? undefined : unit === 'cpu' ? amount * 1000 : amount;
};

/** What a container asks for and may have of a unit: CPU in millicores, memory in bytes. */
export interface Bounds {
  readonly request?: number;
  readonly limit?: number;
  readonly words: string;
}

export type Unit = 'cpu' | 'memory';

export const formatOf = (unit: Unit): ((amount: number) => string) => (unit === 'cpu' ? formatCpu : formatMemory);

export function boundsOf(container: JsonObject, unit: Unit): Bounds {
  const resources = objectAt(container, 'resources');
  const format = formatOf(unit);
  const request = quantityAt(resources, 'requests', unit);
  const limit = quantityAt(resources, 'limits', unit);
  const words = [
    request === undefined ? t('no request') : t('requests {0}', format(request)),
    limit === undefined ? t('no limit') : t('limit {0}', format(limit)),
  ].join(', ');
  return { words, ...(request !== undefined && { request }), ...(limit !== undefined && { limit }) };
}

/** So near its limit that it is likely to reach it. */
export const isNear = (value: number, limit: number | undefined): boolean =>
  limit !== undefined && value >= limit * 0.9;

function bar(label: string, container: JsonObject, unit: Unit, usage: Usage | undefined): Bar {
  const value = usage?.[unit];
  const { request, limit, words: bounds } = boundsOf(container, unit);
  const words = value === undefined ? bounds : t('uses {0}, {1}', formatOf(unit)(value), bounds);
  const close = value !== undefined && isNear(value, limit);
  return {
    label,
    words,
    ...(value !== undefined && { value }),
    ...(request !== undefined && { request }),
    ...(limit !== undefined && { limit }),
    ...(close && { tone: 'warning' as const }),
  };
}

/** CPU and memory of all containers, each in one picture. */
export function resources({ raw, usage, usageState }: PodInput): Section {
  const containers = objectsAt(objectAt(raw, 'spec'), 'containers');
  const chart = (unit: Unit, title: string): Block => ({
    kind: 'bars',
    title,
    bars: containers.map((container) => {
      const name = stringAt(container, 'name') ?? '';
      return bar(name, container, unit, usage.get(name));
    }),
  });
  const known = usageState.kind === 'ready' && usage.size > 0;
  const why = (text: string): Block => ({ kind: 'note', text, tone: 'muted' });
  const without: Block[] =
    usageState.kind === 'failed'
      ? [why(usageState.reason)]
      : usageState.kind === 'forbidden'
        ? [why(t('Usage is not shown: not allowed to {0} {1}.', usageState.verb, usageState.resource))]
        : [];
  const asked: Block = {
    kind: 'table',
    caption: t('What each container asks for'),
    columns: [{ title: t('Container') }, { title: t('CPU') }, { title: t('Memory') }],
    rows: containers.map((container) => {
      const name = stringAt(container, 'name') ?? '';
      const words = (unit: Unit): string => bar(name, container, unit, undefined).words;
      return { cells: [{ text: name, mono: true }, words('cpu'), words('memory')] };
    }),
  };
  return {
    id: 'resources',
    title: t('Resources'),
    open: true,
    state: ready,
    blocks: known
      ? [
          chart('cpu', t('How much CPU does each container use?')),
          chart('memory', t('How much memory does each container use?')),
        ]
      : [...without, asked],
  };
}

const securityWords = (container: JsonObject): readonly Value[] => {
  const context = objectAt(container, 'securityContext');
  const values: Value[] = [];
  if (context['privileged'] === true) values.push(t('privileged'));
  const capabilities = objectAt(context, 'capabilities');
  const added = stringsAt(capabilities, 'add');
  const dropped = stringsAt(capabilities, 'drop');
  if (added.length > 0) values.push(t('adds {0}', added.join(', ')));
  if (dropped.length > 0) values.push(t('drops {0}', dropped.join(', ')));
  const user = numberAt(context, 'runAsUser');
  if (user !== undefined) values.push(t('runs as user {0}', user));
  if (context['runAsNonRoot'] === true) values.push(t('never as root'));
  if (context['readOnlyRootFilesystem'] === true) values.push(t('read-only root file system'));
  if (context['allowPrivilegeEscalation'] === false) values.push(t('no privilege escalation'));
  const seccomp = stringAt(objectAt(context, 'seccompProfile'), 'type');
  if (seccomp !== undefined) values.push(t('seccomp {0}', seccomp));
  const appArmor = stringAt(objectAt(context, 'appArmorProfile'), 'type');
  if (appArmor !== undefined) values.push(t('AppArmor {0}', appArmor));
  return values;
};

const hooks = (container: JsonObject): readonly (Field | undefined)[] =>
  (['postStart', 'preStop'] as const).map((name) => {
    const hook = objectAt(objectAt(container, 'lifecycle'), name);
    const command = stringsAt(objectAt(hook, 'exec'), 'command').join(' ');
    const seconds = numberAt(objectAt(hook, 'sleep'), 'seconds');
    const words =
      command ||
      ('httpGet' in hook ? probeWords(hook).split(' · ')[0] : '') ||
      (seconds === undefined ? '' : t('sleep {0} s', seconds));
    return words === '' || words === undefined
      ? undefined
      : field(name === 'preStop' ? t('Before it stops') : t('After it starts'), { text: words, mono: true });
  });

function container(input: PodInput, group: Group, spec: JsonObject): Section {
  const name = stringAt(spec, 'name') ?? '';
  const status = statusOf(input, group, name);
  const state = stateWords(status?.state);
  const sidecar = group.field === 'initContainers' && stringAt(spec, 'restartPolicy') === 'Always';
  const role = containerRole(name);
  const restarts = status?.restarts ?? 0;
  const last = status?.lastState?.kind === 'terminated' ? status.lastState.finished : undefined;
  const ports = objectsAt(spec, 'ports');
  const notReady = status?.state?.kind === 'running' && !status.ready && group.field === 'containers';
  const tone: Tone = state.tone === 'error' ? 'error' : notReady ? 'warning' : 'plain';
  const summary: Value[] = [{ text: notReady ? t('running, not ready') : state.text, tone }];
  if (restarts > 0)
    summary.push(
      last === undefined
        ? restartWords(restarts)
        : { at: last, before: t('{0}, last', restartWords(restarts)), after: t('ago') },
    );
  if (sidecar) summary.push({ text: t('sidecar'), tone: 'muted' });
  if (role !== undefined) summary.push({ text: role, tone: 'muted' });

  const environment = objectsAt(spec, 'env');
  const sources = objectsAt(spec, 'envFrom').map((source) => {
    const secret = stringAt(objectAt(source, 'secretRef'), 'name');
    return secret === undefined
      ? `ConfigMap ${stringAt(objectAt(source, 'configMapRef'), 'name') ?? ''}`
      : `Secret ${secret}`;
  });
  const mounts = objectsAt(spec, 'volumeMounts');
  const nested: Section[] = [];
  const fold = (id: string, title: string, ...blocks: readonly Block[]): void => {
    nested.push({ id: `${group.field}/${name}/${id}`, title, open: false, state: ready, blocks });
  };
  if (environment.length > 0 || sources.length > 0)
    fold(
      'environment',
      t('Environment ({0})', environment.length + sources.length),
      ...fields(field(t('All of'), ...sources)),
      {
        kind: 'table',
        caption: t('Environment of {0}', name),
        columns: [{ title: t('Name') }, { title: t('Value') }],
        rows: environment.map((variable) => ({
          cells: [{ text: stringAt(variable, 'name') ?? '', mono: true }, environmentWords(variable)],
        })),
      },
    );
  if (mounts.length > 0)
    fold('mounts', t('Mounts ({0})', mounts.length), {
      kind: 'table',
      caption: t('Mounts of {0}', name),
      columns: [{ title: t('Path') }, { title: t('Volume') }, { title: t('Access') }],
      rows: mounts.map((mount) => ({
        cells: [
          { text: stringAt(mount, 'mountPath') ?? '', mono: true },
          {
            text: [stringAt(mount, 'name') ?? '', stringAt(mount, 'subPath') ?? ''].filter(Boolean).join(' / '),
            mono: true,
          },
          mount['readOnly'] === true ? t('read-only') : t('read and write'),
        ],
      })),
    });
  const allocated = objectAt(
    objectsAt(objectAt(input.raw, 'status'), group.statusField).find((entry) => stringAt(entry, 'name') === name) ?? {},
    'allocatedResources',
  );
  return {
    id: `${group.field}/${name}`,
    title: name,
    summary,
    tone,
    open: tone !== 'plain' || group.field === 'containers',
    state: ready,
    blocks: fields(
      field(t('State'), ...describeState(status?.state)),
      field(t('Last state'), ...describeState(status?.lastState)),
      field(t('Ready'), status === undefined ? undefined : status.ready ? t('yes') : t('no')),
      field(
        t('Image'),
        mono(stringAt(spec, 'image')),
        stringAt(spec, 'imagePullPolicy') && {
          text: t('pull policy {0}', stringAt(spec, 'imagePullPolicy') ?? ''),
          tone: 'muted',
        },
      ),
      field(t('Image ID'), mono(status?.imageId)),
      field(
        t('Ports'),
        ...ports.map((port): Value => {
          const hostPort = numberAt(port, 'hostPort');
          return {
            text: `${numberAt(port, 'containerPort') ?? '?'}/${stringAt(port, 'protocol') ?? 'TCP'}`,
            mono: true,
            ...(stringAt(port, 'name') !== undefined && { note: stringAt(port, 'name') ?? '' }),
            ...(hostPort !== undefined && { note: `${stringAt(port, 'name') ?? ''} host port ${hostPort}`.trim() }),
          };
        }),
      ),
      ...probes(spec),
      field(t('Command'), mono(stringsAt(spec, 'command').join(' '))),
      field(t('Arguments'), mono(stringsAt(spec, 'args').join(' '))),
      field(t('Working directory'), mono(stringAt(spec, 'workingDir'))),
      ...hooks(spec),
      field(t('Security'), ...securityWords(spec)),
      field(t('Allocated'), ...Object.entries(allocated).map(([key, value]) => `${key} ${String(value)}`)),
      field(
        t('Last words to'),
        stringAt(spec, 'terminationMessagePath') === '/dev/termination-log'
          ? undefined
          : mono(stringAt(spec, 'terminationMessagePath')),
      ),
      field(
        t('Container ID'),
        mono(
          stringAt(
            objectsAt(objectAt(input.raw, 'status'), group.statusField).find(
              (entry) => stringAt(entry, 'name') === name,
            ) ?? {},
            'containerID',
          ),
        ),
      ),
    ),
    sections: nested,
  };
}

/** One section for each group of containers that the pod has. */
export function containers(input: PodInput): readonly Section[] {
  const spec = objectAt(input.raw, 'spec');
  return groups.flatMap((group) => {
    const list = objectsAt(spec, group.field);
    if (list.length === 0) return [];
    const sections = list.map((entry) => container(input, group, entry));
    const failing = sections.filter(({ tone }) => tone !== 'plain').length;
    return [
      {
        id: group.field,
        title: group.title,
        summary: [
          failing === 0
            ? String(list.length)
            : { text: t('{0} of {1} not well', failing, list.length), tone: 'error' as const },
        ],
        open: group.field !== 'initContainers' || failing > 0,
        state: ready,
        blocks: [],
        sections,
      },
    ];
  });
}
