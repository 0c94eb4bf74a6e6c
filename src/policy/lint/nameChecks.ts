import type { RawObject } from '../../model/objects.ts';
import type { Reporter } from './finding.ts';

/** The end is not looked at: a name that the API server makes up may still have to get one. */
const name = /^[a-z0-9][-a-z0-9.]{0,252}$/;
const namespaceName = /^[a-z0-9][-a-z0-9]{0,62}$/;

/** Names that the API server refuses. Source: apimachinery `IsDNS1123Subdomain` and `IsDNS1123Label`. */
export function checkNames({ meta }: RawObject, reporter: Reporter): void {
  check('name', meta.name, name, reporter);
  if (meta.namespace !== '') check('namespace', meta.namespace, namespaceName, reporter);
}

function check(field: 'name' | 'namespace', text: string, form: RegExp, reporter: Reporter): void {
  if (form.test(text)) return;
  const value = text.toLowerCase().replaceAll(/[^-a-z0-9.]+/g, '-');
  const characters = `lower-case letters, digits${field === 'name' ? ', hyphens and dots' : ' and hyphens'}`;
  const message = `No ${field === 'name' ? 'object' : 'namespace'} can be called ${text}: the API server takes ${characters}, of which the first is no ${field === 'name' ? 'hyphen or dot' : 'hyphen'}.`;
  reporter.report('invalid-name', ['metadata', field], message, {
    fixes: form.test(value) ? [{ kind: 'set', title: `Change to ${value}`, path: ['metadata', field], value }] : [],
  });
}
