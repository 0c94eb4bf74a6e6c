import { type JsonObject, objectAt, objectsAt, stringAt, stringMapAt } from '../../model/json.ts';
import { type Field, field, type Value } from '../page.ts';
import { t } from '../translate.ts';

const amounts = (map: Readonly<Record<string, string>>): readonly Value[] =>
  Object.entries(map).map(([name, amount]) => `${name} ${amount}`);

/** What is in force on the node and differs from what the spec asks for: a resize is on its way, or cannot be done. */
function differing(asked: JsonObject, now: JsonObject, kind: 'requests' | 'limits'): readonly Value[] {
  const wanted = stringMapAt(asked, kind);
  return Object.entries(stringMapAt(now, kind)).flatMap(([name, amount]): readonly Value[] => {
    const want = wanted[name];
    if (want === amount) return [];
    const text = kind === 'requests' ? t('requests {0} {1}', name, amount) : t('limit of {0} {1}', name, amount);
    return [{ text, note: want === undefined ? t('not asked for') : t('asked for: {0}', want) }];
  });
}

/** What a container asks for beyond CPU and memory, what a resize of it means, and what it has by now. */
export function resourceFields(spec: JsonObject, status: JsonObject): readonly (Field | undefined)[] {
  const asked = objectAt(spec, 'resources');
  const now = objectAt(status, 'resources');
  const allocated = stringMapAt(status, 'allocatedResources');
  const requests = stringMapAt(asked, 'requests');
  const same = Object.entries(allocated).every(([name, amount]) => requests[name] === amount);
  return [
    field(t('Requests'), ...amounts(requests)),
    field(t('Limits'), ...amounts(stringMapAt(asked, 'limits'))),
    field(
      t('Resource claims'),
      ...objectsAt(asked, 'claims').map((claim): Value => ({
        text: [stringAt(claim, 'name') ?? '', stringAt(claim, 'request') ?? ''].filter(Boolean).join(' / '),
        mono: true,
      })),
    ),
    field(t('Allocated'), ...(same ? [] : amounts(allocated))),
    field(t('In force'), ...differing(asked, now, 'requests'), ...differing(asked, now, 'limits')),
    field(
      t('When resized'),
      ...objectsAt(spec, 'resizePolicy')
        .filter((policy) => stringAt(policy, 'restartPolicy') === 'RestartContainer')
        .map((policy) => t('a change of {0} restarts the container', stringAt(policy, 'resourceName') ?? '')),
    ),
  ];
}
