import { catalogue } from '../../inspect/cni/catalogue.ts';

const others: Readonly<Record<string, string>> = {
  'kube-proxy': 'services: sends a service’s address to its pods',
  coredns: 'DNS for services and pods',
};

/** What a container of this name is for, where the name is that of a known network component. */
export function containerRole(name: string): string | undefined {
  for (const { containerRoles } of catalogue)
    if (containerRoles !== undefined && Object.hasOwn(containerRoles, name)) return containerRoles[name];
  return Object.hasOwn(others, name) ? others[name] : undefined;
}
