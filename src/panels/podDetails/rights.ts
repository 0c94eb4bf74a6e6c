import { ApiError } from '../../cluster/apiError.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { type Field, field } from '../page.ts';
import { t } from '../translate.ts';

/** What a page offers to do with a pod, and the right that the server asks for. */
const offered = [
  { words: t('read its logs'), verb: 'get', subresource: 'log' },
  { words: t('run commands in it'), verb: 'create', subresource: 'exec' },
  { words: t('forward its ports'), verb: 'create', subresource: 'portforward' },
  { words: t('add containers for debugging'), verb: 'patch', subresource: 'ephemeralcontainers' },
  { words: t('evict it'), verb: 'create', subresource: 'eviction' },
  { words: t('delete it'), verb: 'delete' },
] as const satisfies readonly { readonly words: string; readonly verb: string; readonly subresource?: string }[];

/** As RBAC writes it: `create pods/exec`. */
const nameOf = (right: (typeof offered)[number]) =>
  'subresource' in right ? (`${right.verb} pods/${right.subresource}` as const) : (`${right.verb} pods` as const);
export type Right = ReturnType<typeof nameOf>;

/** Whether the user has each of the rights; undefined where the server did not say. */
export type Rights = readonly (boolean | undefined)[];

/** Asks the server for each right by itself, so that one that is not answered hides no other. */
export const askRights = (
  client: ClusterClient,
  pod: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Rights> =>
  Promise.all(
    offered.map(async (right) => {
      const subresource = 'subresource' in right ? { subresource: right.subresource } : {};
      try {
        return (await client.mayI({ verb: right.verb, resource: 'pods', ...subresource, ...pod }, { signal })).allowed;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return undefined;
      }
    }),
  );

/** Whether the user has a right; undefined where the server did not say. */
export const rightTo = (rights: Rights, right: Right): boolean | undefined =>
  rights[offered.findIndex((one) => nameOf(one) === right)];

const named = (rights: Rights, answer: boolean | undefined) => offered.filter((_, index) => rights[index] === answer);

export const rightsFields = (rights: Rights): readonly (Field | undefined)[] => [
  field(t('You may'), ...named(rights, true).map(({ words }) => words)),
  field(t('You may not'), ...named(rights, false).map((right) => ({ text: right.words, note: nameOf(right) }))),
  field(t('Cannot tell whether you may'), ...named(rights, undefined).map(({ words }) => words)),
];
