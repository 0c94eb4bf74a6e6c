import { icons } from '../look.ts';
import type { Rendering } from '../rendering.ts';
import type { Row } from '../row.ts';

/** Contexts that share an API server: the same cluster under several users or namespaces. */
export function serverRow(server: string, rows: readonly Row[], { t }: Rendering): Row {
  const description = t('{0} contexts', rows.length);
  return {
    id: `server:${server}`,
    label: server.replace(/^https?:\/\//, ''),
    description,
    icon: icons.server,
    spoken: `${t('Server {0}', server)}, ${description}`,
    tags: ['server'],
    target: { kind: 'group' },
    open: true,
    children: () => rows,
    tooltip: () => ({ title: server, rows: rows.map(({ label, description: state }) => [label, state ?? '']) }),
    basis: rows.flatMap(({ label, description: state }) => [label, state]),
  };
}
