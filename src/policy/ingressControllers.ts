import { isObject, objectAt, objectsAt, stringAt } from '../model/json.ts';
import type { RawObject } from '../model/objects.ts';
import type { Pod } from '../model/pod.ts';
import type { Service, ServicePort } from '../model/service.ts';
import type { Endpoints } from './endpoints.ts';
import { targetPorts } from './endpoints.ts';
import { isPortProtocol, type PacketSet, type PacketSets, startOf } from './packets.ts';
import type { World } from './world.ts';

/** What Ingress and Route objects lead to: for each pod the packets that a controller sends to it. */
export function exposedByIngress(world: World, endpoints: Endpoints, sets: PacketSets): ReadonlyMap<Pod, PacketSet> {
  const { snapshot } = world;
  const found = new Map<Pod, PacketSet>();
  const expose = (namespace: string, name: string, chosen: (port: ServicePort) => boolean): void => {
    const service = snapshot.table('services').get(namespace, name);
    if (service !== undefined) exposeService(service, service.ports.filter(chosen));
  };
  const exposeService = (service: Service, ports: readonly ServicePort[]): void => {
    for (const pod of endpoints.podsOfService(service)) {
      const ranges = ports.flatMap(({ protocol, targetPort }) => {
        if (!isPortProtocol(protocol)) return [];
        const start = startOf(protocol);
        return targetPorts(pod, protocol, targetPort).map((port): [number, number] => [start + port, start + port + 1]);
      });
      found.set(pod, sets.or(found.get(pod) ?? 0, sets.ofRanges(ranges)));
    }
  };
  for (const ingress of snapshot.list('ingresses')) {
    for (const { name, port } of ingressBackends(ingress))
      expose(ingress.meta.namespace, name, (one) => port === undefined || one.port === port || one.name === port);
  }
  for (const route of snapshot.list('routes')) {
    const port = objectAt(route.spec, 'port')['targetPort'];
    for (const target of [objectAt(route.spec, 'to'), ...objectsAt(route.spec, 'alternateBackends')]) {
      const name = stringAt(target, 'name');
      if (name === undefined || (stringAt(target, 'kind') ?? 'Service') !== 'Service') continue;
      // A route names the service's port, or the port number or name at the pods.
      expose(
        route.meta.namespace,
        name,
        (one) =>
          port === undefined || port === null || one.name === port || one.targetPort === port || one.port === port,
      );
    }
  }
  return found;
}

function ingressBackends(ingress: RawObject): { readonly name: string; readonly port: number | string | undefined }[] {
  const backends = [objectAt(ingress.spec, 'defaultBackend')];
  for (const rule of objectsAt(ingress.spec, 'rules')) {
    for (const path of objectsAt(objectAt(rule, 'http'), 'paths')) backends.push(objectAt(path, 'backend'));
  }
  return backends.flatMap((backend) => {
    const service = objectAt(backend, 'service');
    const name = stringAt(service, 'name');
    if (name === undefined) return [];
    const port = service['port'];
    if (!isObject(port)) return [{ name, port: undefined }];
    const number = port['number'];
    return [{ name, port: typeof number === 'number' ? number : stringAt(port, 'name') }];
  });
}
