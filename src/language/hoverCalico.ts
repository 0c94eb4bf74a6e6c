import { isObject, type JsonObject, stringAt, stringsAt } from '../model/json.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { LintContext } from '../policy/lint/context.ts';
import type { Path } from '../policy/lint/path.ts';
import { blockLines } from './hoverBlocks.ts';
import type { PortWords } from './hoverPorts.ts';
import { plural, someOf } from './podWords.ts';

/** A port of a Calico rule as one of NetworkPolicy: a number, `80:90`, or a name. */
export function calicoPort(port: unknown, protocol: unknown): PortWords | undefined {
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
export function entityPartLines(
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
