import { type JsonObject, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import { type Bar, type Block, ready, type Section } from '../page.ts';
import type { PodInput, Usage } from './input.ts';
import { formatCpu, formatMemory, parseQuantity } from './quantity.ts';
import { t } from '../translate.ts';

export type Unit = 'cpu' | 'memory';

/** What a container asks for and may have of a unit: CPU in millicores, memory in bytes. */
export interface Bounds {
  readonly request?: number;
  readonly limit?: number;
  readonly words: string;
}

export const formatOf = (unit: Unit): ((amount: number) => string) => (unit === 'cpu' ? formatCpu : formatMemory);

const quantityAt = (resources: JsonObject, field: string, unit: Unit): number | undefined => {
  const value = objectAt(resources, field)[unit];
  const amount = parseQuantity(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '');
  return amount === undefined ? undefined : unit === 'cpu' ? amount * 1000 : amount;
};

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

const percent = (value: number, whole: number): string => ((value / whole) * 100).toFixed(0);

/** `uses 41m: 16 % of the 250m it requests, no limit`. */
function usageWords(value: number, { request, limit }: Bounds, format: (amount: number) => string): string {
  const share = (whole: number | undefined, none: string, words: (share: string, whole: string) => string): string =>
    whole === undefined ? none : words(whole > 0 ? percent(value, whole) : '–', format(whole));
  return t(
    'uses {0}: {1}, {2}',
    format(value),
    share(request, t('no request'), (part, whole) => t('{0} % of the {1} it requests', part, whole)),
    share(limit, t('no limit'), (part, whole) => t('{0} % of its limit {1}', part, whole)),
  );
}

function bar(label: string, container: JsonObject, unit: Unit, usage: Usage | undefined): Bar {
  const value = usage?.[unit];
  const bounds = boundsOf(container, unit);
  const { request, limit } = bounds;
  return {
    label,
    words: value === undefined ? bounds.words : usageWords(value, bounds, formatOf(unit)),
    ...(value !== undefined && { value }),
    ...(request !== undefined && { request }),
    ...(limit !== undefined && { limit }),
    ...(value !== undefined && isNear(value, limit) && { tone: 'warning' as const }),
  };
}

/** CPU and memory of all containers, each in one picture. */
export function resources({ raw, usage, usageState, traffic }: PodInput): Section {
  const spec = objectAt(raw, 'spec');
  // A sidecar goes on beside the containers and is measured as they are.
  const sidecars = objectsAt(spec, 'initContainers').filter((one) => stringAt(one, 'restartPolicy') === 'Always');
  const containers = [...objectsAt(spec, 'containers'), ...sidecars];
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
    rows: containers.map((container) => ({
      cells: [
        { text: stringAt(container, 'name') ?? '', mono: true },
        boundsOf(container, 'cpu').words,
        boundsOf(container, 'memory').words,
      ],
    })),
  };
  return {
    id: 'resources',
    title: t('Resources'),
    open: true,
    state: ready,
    blocks: [
      ...(known
        ? [
            chart('cpu', t('How much CPU does each container use?')),
            chart('memory', t('How much memory does each container use?')),
          ]
        : [...without, asked]),
      ...(traffic ?? []),
    ],
  };
}
