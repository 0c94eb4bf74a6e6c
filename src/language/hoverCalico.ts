import { isObject, type JsonObject, stringAt, stringsAt } from '../model/json.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { LintContext } from '../policy/lint/context.ts';
import type { Path } from '../policy/lint/path.ts';
import type { Direction } from '../policy/types.ts';
import { blockLines } from './hoverBlocks.ts';
import { portsLines, type PortWords } from './hoverPorts.ts';
import { plural, someOf } from './podWords.ts';

export type EntitySide = 'source' | 'destination';

/** What an entity means depends on the rule that it stands in. */
export interface EntityRule {
  readonly direction: Direction;
  readonly protocol: unknown;
  /** That of the policy; empty where it has none. */
  readonly namespace: string;
  readonly context: LintContext;
  /** What a port means on the pods that the rule is about. */
  readonly port: (port: PortWords | undefined) => readonly string[];
  /** What the rule's peers are, or why that cannot be told. */
  readonly matches: () => readonly string[];
}

/**
 * The `source` or `destination` of a rule. The one on the policy's own side is a condition on its pods.
 *
 * @param path from the entity on
 */
export function entityLines(entity: JsonObject, side: EntitySide, path: Path, rule: EntityRule): readonly string[] {
  const [field, index] = path;
  if (field === 'ports' || field === 'notPorts') return portsOfEntity(entity, side, field, index, rule);
  const namespace = entity['namespaceSelector'] === undefined ? rule.namespace : '';
  const part = partLines(entity, path, namespace, rule.context);
  if (part !== undefined) return part;
  if (side !== (rule.direction === 'ingress' ? 'source' : 'destination'))
    return ['A condition on the selected pods themselves: the rule is about those of them that meet it.'];
  const many = Object.keys(entity).filter((name) => name !== 'ports' && name !== 'notPorts').length > 1;
  return [...(many ? ['All of its fields have to hold.'] : []), ...rule.matches()];
}

function portsOfEntity(
  entity: JsonObject,
  side: EntitySide,
  field: 'ports' | 'notPorts',
  index: string | number | undefined,
  { protocol, port }: EntityRule,
): readonly string[] {
  const list: unknown = entity[field];
  const sense = field === 'ports' ? [] : ['Every port but these is meant.'];
  if (side === 'source') return ['The port that a connection comes from, which clients choose at random.', ...sense];
  if (!Array.isArray(list)) return [];
  const ports: readonly unknown[] = list;
  const meant = typeof index === 'number' ? [ports[index]] : ports.length === 1 ? ports : [];
  const lines = meant.flatMap((one) => port(portOf(one, protocol)));
  return [...sense, ...(meant.length === 0 ? portsLines(entity, field) : lines)];
}

/** A port of a Calico rule as one of NetworkPolicy: a number, `80:90`, or a name. */
function portOf(port: unknown, protocol: unknown): PortWords | undefined {
  const over = typeof protocol === 'string' ? { protocol } : { anyProtocol: true };
  if (typeof port === 'number') return { ...over, port };
  if (typeof port !== 'string') return undefined;
  const [first, last] = port.split(':').map(Number);
  if (last !== undefined) return { ...over, port: first, endPort: last };
  return { ...over, port: /^\d+$/.test(port) ? Number(port) : port };
}

/**
 * A part of the `source` or `destination` of a rule that says more than which pods match: addresses, service accounts,
 * a service. Undefined for the others.
 *
 * @param path from the entity on
 */
function partLines(
  entity: JsonObject,
  path: Path,
  namespace: string,
  context: LintContext,
): readonly string[] | undefined {
  const [field, index] = path;
  const { snapshot } = context;
  switch (field) {
    case 'nets':
    case 'notNets': {
      const blocks = stringsAt(entity, field);
      const meant = typeof index === 'number' ? blocks.slice(index, index + 1) : blocks;
      const sense = field === 'nets' ? 'One of these blocks is enough.' : 'Everything but these blocks is meant.';
      return [...(index === undefined ? [sense] : []), ...meant.flatMap((cidr) => blockLines({ cidr }, snapshot))];
    }
    case 'serviceAccounts': {
      const accounts = entity['serviceAccounts'];
      const names = isObject(accounts) ? stringsAt(accounts, 'names') : [];
      const wanted = path[1] === 'names' && typeof path[2] === 'number' ? names.slice(path[2], path[2] + 1) : names;
      return wanted.map((name) => accountLine(name, namespace, context));
    }
    case 'services': {
      const service = entity['services'];
      return isObject(service) ? serviceLines(service, namespace, snapshot) : [];
    }
    case 'domains':
      return ['Cannot tell which addresses these names have: that is known only when they are looked up.'];
    default:
      return undefined;
  }
}

function accountLine(name: string, namespace: string, { subjects }: LintContext): string {
  const candidates = namespace === '' ? subjects.all : (subjects.byNamespace.get(namespace) ?? []);
  const running = candidates.filter(({ spec }) => spec.serviceAccount === name);
  const where = namespace === '' ? '' : ` of ${namespace}`;
  return running.length === 0
    ? `No pod${where} runs as ${name}.`
    : `${plural(running.length, 'pod runs', 'pods run')} as ${name}${where}: ${someOf(
        running.map((pod) => pod.name),
        4,
      )}.`;
}

function serviceLines(service: JsonObject, own: string, snapshot: ClusterSnapshot): readonly string[] {
  const name = stringAt(service, 'name') ?? '';
  const namespace = stringAt(service, 'namespace') ?? own;
  const found = snapshot.table('services').get(namespace, name);
  if (found === undefined) return [`There is no service ${namespace}/${name}.`];
  return [`The endpoints of service ${namespace}/${name}, at their ports.`];
}
