import {
  type Cidr,
  type IpAddress,
  cidrContains,
  cidrsOverlap,
  formatIp,
  parseCidr,
  parseIp,
} from '../../model/address.ts';
import { isObject, type JsonObject, stringAt } from '../../model/json.ts';
import { cachedBy } from './cachedBy.ts';
import type { LintContext } from './context.ts';
import type { Reporter } from './finding.ts';
import type { Path } from './path.ts';
import type { Subject, Subjects } from './subjects.ts';

/** Source: feature gate StrictIPCIDRValidation, on from 1.36; Calico and the admin policies have rules of their own. */
const strict = ' From Kubernetes 1.36 on the API server refuses it.';

/** An `ipBlock`: its `cidr`, and `except` inside it. Source: apimachinery `ValidateIPBlock`. */
export function checkIpBlock(block: unknown, path: Path, reporter: Reporter): void {
  if (!isObject(block)) return;
  const text = stringAt(block, 'cidr');
  const cidr = text === undefined ? undefined : checkCidr(text, [...path, 'cidr'], reporter, strict);
  const excepts = block['except'];
  if (!Array.isArray(excepts)) return;
  excepts.forEach((except: unknown, index) => {
    if (typeof except !== 'string') return;
    const at = [...path, 'except', index];
    const inner = checkCidr(except, at, reporter, strict);
    if (inner === undefined || cidr === undefined || text === undefined) return;
    if (isStrictlyInside(inner, cidr)) return;
    const same = inner.family === cidr.family && inner.prefix === cidr.prefix && inner.first === cidr.first;
    const message = same
      ? `${except} is the whole block, which leaves nothing. The API server takes only a part of ${text}.`
      : `${except} is not inside ${text}, so it takes nothing away. The API server refuses it.`;
    reporter.report('except-outside-block', at, message, {
      fixes: [{ kind: 'remove', title: `Remove ${except}`, path: at }],
    });
  });
}

/** `consequence`: what else is to be said of a block with host bits set. */
export function checkCidr(text: string, path: Path, reporter: Reporter, consequence = ''): Cidr | undefined {
  const cidr = parseCidr(text);
  if (cidr === undefined) {
    const ip = parseIp(text);
    if (ip === undefined) reporter.report('invalid-cidr', path, `${text} is no address block such as 10.0.0.0/8.`);
    else {
      const whole = `${text}/${ip.family === 4 ? 32 : 128}`;
      reporter.report('invalid-cidr', path, `${text} is an address, not a block. Write ${whole} for it alone.`, {
        fixes: [{ kind: 'set', title: `Change to ${whole}`, path, value: whole }],
      });
    }
    return undefined;
  }
  const inside = mappedIpv4(cidr);
  if (inside !== undefined) {
    reporter.report(
      'invalid-cidr',
      path,
      `${text} is a block of IPv4 written as IPv6, which no IPv4 packet is in.${consequence}`,
      {
        fixes: [{ kind: 'set', title: `Change to ${inside}`, path, value: inside }],
      },
    );
    return undefined;
  }
  if (!cidr.canonical) {
    const meant = `${formatFirst(cidr)}/${cidr.prefix}`;
    reporter.report(
      'cidr-not-canonical',
      path,
      `${text} means ${meant}: the bits behind /${cidr.prefix} are ignored.${consequence}`,
      {
        fixes: [{ kind: 'set', title: `Change to ${meant}`, path, value: meant }],
      },
    );
  }
  return cidr;
}

/** The block of IPv4 that stands behind `::ffff:`. */
function mappedIpv4({ family, prefix, first }: Cidr): string | undefined {
  if (family !== 6 || prefix < 96 || first >> 32n !== 0xffffn) return undefined;
  return `${formatIp({ family: 4, value: Number(first & 0xffff_ffffn) })}/${prefix - 96}`;
}

const formatFirst = (cidr: Cidr): string =>
  cidr.family === 4 ? formatIp({ family: 4, value: cidr.first }) : formatIp({ family: 6, value: cidr.first });

const isStrictlyInside = (inner: Cidr, outer: Cidr): boolean =>
  inner.family === outer.family &&
  inner.prefix > outer.prefix &&
  inner.first >= outer.first &&
  inner.last <= outer.last;

/** The addresses of pods that have their own. */
const podAddresses = cachedBy(({ all }: Subjects): readonly { readonly ip: IpAddress; readonly pod: Subject }[] =>
  all.flatMap((pod) =>
    pod.spec.hostNetwork ? [] : pod.addresses.flatMap((text) => parseIp(text) ?? []).map((ip) => ({ ip, pod })),
  ),
);

/** What a block means for this cluster's own addresses, which most plugins translate or do not match. */
export function checkBlockInCluster(block: JsonObject, path: Path, context: LintContext, reporter: Reporter): void {
  const text = stringAt(block, 'cidr') ?? '';
  const cidr = parseCidr(text);
  if (cidr === undefined || cidr.prefix === 0) return;
  const excepts = (Array.isArray(block['except']) ? (block['except'] as unknown[]) : []).flatMap((except) => {
    const parsed = typeof except === 'string' ? parseCidr(except) : undefined;
    return parsed === undefined ? [] : [parsed];
  });
  const covers = (ip: IpAddress): boolean =>
    cidrContains(cidr, ip) && !excepts.some((except) => cidrContains(except, ip));
  const service = context.snapshot.list('services').find(({ clusterIPs }) =>
    clusterIPs.some((text) => {
      const ip = parseIp(text);
      return ip !== undefined && covers(ip);
    }),
  );
  const pod = podAddresses(context.subjects).find(({ ip }) => covers(ip))?.pod;
  const node = context.snapshot.list('nodes').find(({ podCIDRs }) =>
    podCIDRs.some((podCidr) => {
      const range = parseCidr(podCidr);
      if (range === undefined || !cidrsOverlap(cidr, range)) return false;
      return !excepts.some(
        (except) => except.family === range.family && except.first <= range.first && except.last >= range.last,
      );
    }),
  );
  const at = [...path, 'cidr'];
  if (pod !== undefined || node !== undefined) {
    const what =
      pod === undefined
        ? `addresses of pods on ${node?.meta.name ?? 'nodes'}`
        : `the address of pod ${pod.namespace}/${pod.name}`;
    const message = `${text} contains ${what}. Some network plugins, Cilium among them, never match pods by address: choose pods by their labels.`;
    reporter.report('block-covers-pods', at, message);
    return;
  }
  if (service === undefined) return;
  const { namespace, name } = service.meta;
  const message = `${text} contains the cluster address of service ${namespace}/${name}. Most network plugins see the pod's address instead, so it matches nothing: choose the pods behind the service.`;
  const related = [{ kind: 'Service', namespace, name, text: `has the address ${service.clusterIPs.join(', ')}` }];
  reporter.report('block-covers-service', at, message, { related });
}
