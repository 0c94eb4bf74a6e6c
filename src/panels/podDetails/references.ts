import { isObject, type JsonObject, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import { type Field, field, mono } from '../page.ts';
import { t } from '../translate.ts';

type Kind = 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim';

/** Fields of volume sources that name a Secret, other than by `secretRef`. Source: core/v1 VolumeSource. */
const secretFields = ['nodePublishSecretRef', 'secretRef'];

/** Names of what a pod's spec uses, each with the ways in which it does. Nothing but names is read. */
export class References {
  readonly #found = new Map<Kind, Map<string, Set<string>>>();

  /** `podName` is what claims of the pod's own are named by. */
  constructor(spec: JsonObject, podName: string) {
    for (const group of ['initContainers', 'containers', 'ephemeralContainers'])
      for (const container of objectsAt(spec, group)) this.#readContainer(container);
    for (const volume of objectsAt(spec, 'volumes')) this.#readVolume(volume, podName);
    for (const secret of objectsAt(spec, 'imagePullSecrets'))
      this.#add('Secret', stringAt(secret, 'name'), t('pulls images'));
  }

  fields(): readonly (Field | undefined)[] {
    const of = (label: string, kind: Kind): Field | undefined =>
      field(
        label,
        ...[...(this.#found.get(kind) ?? [])].map(([name, uses]) => mono(name, { note: [...uses].join(', ') })),
      );
    return [
      of(t('ConfigMaps'), 'ConfigMap'),
      of(t('Secrets'), 'Secret'),
      of(t('Volume claims'), 'PersistentVolumeClaim'),
    ];
  }

  #add(kind: Kind, name: string | undefined, use: string): void {
    if (name === undefined || name === '') return;
    const names = this.#found.get(kind) ?? new Map<string, Set<string>>();
    this.#found.set(kind, names.set(name, (names.get(name) ?? new Set()).add(use)));
  }

  #readContainer(container: JsonObject): void {
    const use = t('environment of {0}', stringAt(container, 'name') ?? '');
    for (const variable of objectsAt(container, 'env')) {
      const from = objectAt(variable, 'valueFrom');
      this.#add('ConfigMap', stringAt(objectAt(from, 'configMapKeyRef'), 'name'), use);
      this.#add('Secret', stringAt(objectAt(from, 'secretKeyRef'), 'name'), use);
    }
    for (const source of objectsAt(container, 'envFrom')) {
      this.#add('ConfigMap', stringAt(objectAt(source, 'configMapRef'), 'name'), use);
      this.#add('Secret', stringAt(objectAt(source, 'secretRef'), 'name'), use);
    }
  }

  #readVolume(volume: JsonObject, podName: string): void {
    const name = stringAt(volume, 'name') ?? '';
    const use = t('volume {0}', name);
    this.#add('ConfigMap', stringAt(objectAt(volume, 'configMap'), 'name'), use);
    this.#add('Secret', stringAt(objectAt(volume, 'secret'), 'secretName'), use);
    this.#add('Secret', stringAt(objectAt(volume, 'azureFile'), 'secretName'), use);
    this.#add('PersistentVolumeClaim', stringAt(objectAt(volume, 'persistentVolumeClaim'), 'claimName'), use);
    if (isObject(volume['ephemeral'])) this.#add('PersistentVolumeClaim', `${podName}-${name}`, use);
    for (const source of objectsAt(objectAt(volume, 'projected'), 'sources')) {
      this.#add('ConfigMap', stringAt(objectAt(source, 'configMap'), 'name'), use);
      this.#add('Secret', stringAt(objectAt(source, 'secret'), 'name'), use);
    }
    for (const source of Object.values(volume).filter(isObject))
      for (const secret of secretFields) this.#add('Secret', stringAt(objectAt(source, secret), 'name'), use);
  }
}
