import { type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringsAt } from '../../model/json.ts';
import { formatSelector, type LabelRequirement, readLabelSelector } from '../../model/labels.ts';
import { type Block, field, fields, type Text, type Value } from '../page.ts';
import { t } from '../translate.ts';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

const requirements = (term: JsonObject, name: string): readonly LabelRequirement[] =>
  readLabelSelector({ matchExpressions: term[name] }).matchExpressions;

/** One term, all of which must hold: `node node-17`, or a selector of the node's labels. */
function nodeTerm(term: JsonObject): string {
  const named = requirements(term, 'matchFields').map(({ operator, values }) =>
    operator === 'In' ? t('node {0}', values.join(', ')) : t('any node but {0}', values.join(', ')),
  );
  const labels = formatSelector({ matchLabels: {}, matchExpressions: requirements(term, 'matchExpressions') });
  return [...named, labels].filter(Boolean).join(', ');
}

const weighted = (entry: JsonObject): Pick<Text, 'note'> => {
  const weight = numberAt(entry, 'weight');
  return weight === undefined ? {} : { note: t('weight {0}', weight) };
};

function nodeValues(affinity: JsonObject): { readonly must: readonly Value[]; readonly should: readonly Value[] } {
  const terms = objectsAt(objectAt(affinity, required), 'nodeSelectorTerms').map(nodeTerm).filter(Boolean);
  return {
    // One of several terms is enough.
    must: terms.map((text, index) => ({ text: index === 0 ? text : t('or {0}', text), mono: true })),
    should: objectsAt(affinity, preferred).map((entry) => ({
      text: nodeTerm(objectAt(entry, 'preference')),
      mono: true,
      ...weighted(entry),
    })),
  };
}

/** Which pods are meant: their labels, and the namespaces they are looked for in where these are not the pod's own. */
function podsOf(term: JsonObject): string {
  const labels = formatSelector(readLabelSelector(objectAt(term, 'labelSelector')));
  const same = stringsAt(term, 'matchLabelKeys').map((key) => t('{0} as this pod', key));
  const other = stringsAt(term, 'mismatchLabelKeys').map((key) => t('{0} other than this pod', key));
  const namespaces = stringsAt(term, 'namespaces');
  const selected =
    'namespaceSelector' in term ? formatSelector(readLabelSelector(objectAt(term, 'namespaceSelector'))) : '';
  const places =
    namespaces.length > 0
      ? t('in {0}', namespaces.join(', '))
      : selected !== ''
        ? t('in namespaces {0}', selected)
        : 'namespaceSelector' in term
          ? t('in every namespace')
          : '';
  return [[labels === '' ? t('any pod') : labels, ...same, ...other].join(', '), places].filter(Boolean).join(' ');
}

/** `kubernetes.io/hostname` is a node to everyone. */
const placeOf = (key: string): string =>
  key === 'kubernetes.io/hostname'
    ? t('node')
    : key === 'topology.kubernetes.io/zone'
      ? t('zone')
      : key === 'topology.kubernetes.io/region'
        ? t('region')
        : key;

function podValues(affinity: JsonObject): { readonly must: readonly Value[]; readonly should: readonly Value[] } {
  const words = (term: JsonObject): string =>
    t('{0}, on the same {1}', podsOf(term), placeOf(stringAt(term, 'topologyKey') ?? ''));
  return {
    must: objectsAt(affinity, required).map(words),
    should: objectsAt(affinity, preferred).map((entry) => ({
      text: words(objectAt(entry, 'podAffinityTerm')),
      ...weighted(entry),
    })),
  };
}

const known = ['nodeAffinity', 'podAffinity', 'podAntiAffinity'];

/** Where the pod must and would rather run, a value for each term. */
export function affinityBlocks(affinity: JsonObject): readonly Block[] {
  const node = nodeValues(objectAt(affinity, 'nodeAffinity'));
  const near = podValues(objectAt(affinity, 'podAffinity'));
  const away = podValues(objectAt(affinity, 'podAntiAffinity'));
  const rest = Object.fromEntries(Object.entries(affinity).filter(([name]) => !known.includes(name)));
  return [
    ...fields(
      field(t('Only on nodes with'), ...node.must),
      field(t('Rather on nodes with'), ...node.should),
      field(t('Only beside pods'), ...near.must),
      field(t('Rather beside pods'), ...near.should),
      field(t('Never beside pods'), ...away.must),
      field(t('Rather not beside pods'), ...away.should),
    ),
    ...(Object.keys(rest).length === 0
      ? []
      : [{ kind: 'code' as const, label: t('Affinity'), text: JSON.stringify(rest, null, 2) }]),
  ];
}

/** How far the pods of a kind may be out of balance between places. */
export function spreadValues(constraints: readonly JsonObject[]): readonly Value[] {
  return constraints.map((constraint) => {
    const least = numberAt(constraint, 'minDomains');
    const notes = [
      stringAt(constraint, 'whenUnsatisfiable') === 'ScheduleAnyway' ? t('where possible') : t('else it waits'),
      least === undefined ? '' : t('over at least {0}', least),
      stringAt(constraint, 'nodeAffinityPolicy') === 'Ignore' ? t('counting nodes it may not run on') : '',
      stringAt(constraint, 'nodeTaintsPolicy') === 'Honor' ? t('without nodes whose taints it does not tolerate') : '',
    ].filter(Boolean);
    return {
      text: t(
        'at most {0} more of {1} on one {2} than on another',
        numberAt(constraint, 'maxSkew') ?? 1,
        podsOf(constraint),
        placeOf(stringAt(constraint, 'topologyKey') ?? ''),
      ),
      note: notes.join(', '),
    };
  });
}
