import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commands,
  contextKeys,
  settingDefaults,
  viewContainers,
  views,
  walkthroughs,
} from '../../src/contributions.ts';
import { isObject, type JsonObject, objectAt, objectsAt, stringAt } from '../../src/model/json.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): JsonObject => {
  const value: unknown = JSON.parse(readFileSync(join(root, file), 'utf8'));
  assert.ok(isObject(value));
  return value;
};

const manifest = read('package.json');
const contributes = objectAt(manifest, 'contributes');
const strings = read('package.nls.json');
const sorted = (values: Iterable<string>): readonly string[] => [...values].sort();

/** Every string within, with the path that leads to it. */
function* texts(value: unknown, path = ''): Iterable<readonly [string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value))
    for (const [index, element] of value.entries()) yield* texts(element, `${path}[${index}]`);
  else if (isObject(value)) for (const [key, element] of Object.entries(value)) yield* texts(element, `${path}.${key}`);
}

describe('package.json', () => {
  it('contributes the commands that the program knows, and no others', () => {
    assert.deepEqual(
      sorted(objectsAt(contributes, 'commands').map((command) => stringAt(command, 'command') ?? '')),
      sorted(Object.values(commands)),
    );
  });

  it('contributes the views and their containers', () => {
    const containers = Object.values(objectAt(contributes, 'viewsContainers')).flat() as JsonObject[];
    assert.deepEqual(
      containers.map(({ id }) => id),
      Object.values(viewContainers),
    );
    const inContainers = Object.entries(objectAt(contributes, 'views'));
    assert.deepEqual(
      inContainers.map(([container]) => container),
      Object.values(viewContainers),
    );
    assert.deepEqual(
      sorted(inContainers.flatMap(([, list]) => (list as JsonObject[]).map((view) => stringAt(view, 'id') ?? ''))),
      sorted(Object.values(views)),
    );
  });

  it('contributes the settings with the values that hold when nobody set them', () => {
    const properties = objectAt(objectAt(contributes, 'configuration'), 'properties');
    assert.deepEqual(
      Object.fromEntries(Object.entries(properties).map(([id, value]) => [id, (value as JsonObject)['default']])),
      settingDefaults,
    );
  });

  it('contributes the walkthroughs', () => {
    assert.deepEqual(
      objectsAt(contributes, 'walkthroughs').map(({ id }) => id),
      Object.values(walkthroughs),
    );
  });

  it('asks in its conditions only for context keys that the program sets, and for each of them', () => {
    const conditions = [...texts(contributes)].filter(([path]) => path.endsWith('.when')).map(([, text]) => text);
    const asked = new Set(conditions.flatMap((text) => text.match(/networkInspector\.[\w.]+/g) ?? []));
    for (const view of Object.values(views)) asked.delete(view);
    for (const id of Object.keys(settingDefaults))
      if (conditions.some((text) => text.includes(`config.${id}`))) asked.delete(id);
    assert.deepEqual(sorted(asked), sorted(Object.values(contextKeys)));
  });

  it('names only its own commands and VS Code’s in menus, keys and links', () => {
    const known = new Set<string>(Object.values(commands));
    const used = [...texts({ menus: contributes['menus'], keybindings: contributes['keybindings'] })]
      .filter(([path]) => path.endsWith('.command'))
      .map(([, id]) => id);
    const linked = [...texts(strings)].flatMap(([, text]) =>
      [...text.matchAll(/\(command:([\w.]+)/g)].map((match) => match[1] ?? ''),
    );
    const own = [...used, ...linked].filter((id) => id.startsWith('networkInspector.'));
    const focus = Object.values(views).map((view) => `${view}.focus`);
    assert.deepEqual(
      own.filter((id) => !known.has(id) && !focus.includes(id)),
      [],
    );
  });

  it('shows at most two actions on a row', () => {
    const items = objectsAt(objectAt(contributes, 'menus'), 'view/item/context');
    const inline = items.filter((item) => stringAt(item, 'group')?.startsWith('inline') === true);
    const states = [
      ['cluster', 'live', 'not-connected'],
      ['cluster', 'live', 'connecting'],
      ['cluster', 'live', 'connected', 'why', 'kubeconfig', 'kubectl', 'name'],
      ['cluster', 'folder', 'connected', 'why', 'opened', 'name'],
      ['cluster', 'live', 'credential-plugin', 'failing', 'runnable', 'kubeconfig', 'why'],
      ['cluster', 'live', 'unauthorized', 'failing', 'kubeconfig'],
      ['cluster', 'live', 'invalid', 'kubeconfig'],
      ['pod', 'problem', 'address', 'kubectl', 'name'],
    ];
    for (const tags of states) {
      const viewItem = `;${tags.join(';')};`;
      const shown = inline.filter((item) => {
        const condition = stringAt(item, 'when') ?? '';
        return [...condition.matchAll(/(!?)\(?viewItem =~ \/(;[\w-]+;)\//g)].every(
          ([, not, tag]) => viewItem.includes(tag ?? '') === (not !== '!'),
        );
      });
      assert.ok(shown.length <= 2, `${viewItem} has ${shown.length} inline actions`);
      if (tags.includes('cluster')) assert.ok(shown.length > 0, `${viewItem} has no inline action`);
    }
  });

  it('takes every text from package.nls.json, which holds no other', () => {
    const used = [...texts(manifest)].flatMap(([, text]) => /^%(.+)%$/.exec(text)?.[1] ?? []);
    assert.deepEqual(sorted(new Set(used)), sorted(Object.keys(strings)));
    const literal = [...texts(contributes)].filter(
      ([path, text]) =>
        /\.(title|name|description|markdownDescription|contents|altText|contextualTitle|category)$/.test(path) &&
        !text.startsWith('%'),
    );
    assert.deepEqual(literal, []);
  });

  it('lets no workspace that is not trusted name a file, a program or a cluster to contact', () => {
    const properties = objectAt(objectAt(contributes, 'configuration'), 'properties');
    const trust = objectAt(objectAt(manifest, 'capabilities'), 'untrustedWorkspaces');
    assert.equal(trust['supported'], 'limited');
    const machine = Object.entries(properties)
      .filter(([, value]) => (value as JsonObject)['scope'] === 'machine')
      .map(([id]) => id);
    assert.deepEqual(sorted(machine), sorted(trust['restrictedConfigurations'] as string[]));
    for (const id of Object.keys(properties))
      if (/path|file|folder|kubeconfig|connect/i.test(id))
        assert.ok(machine.includes(id), `${id} is open to any workspace`);
  });

  it('lets nobody but the user turn on what changes a cluster', () => {
    const properties = objectAt(objectAt(contributes, 'configuration'), 'properties');
    assert.equal(objectAt(properties, 'networkInspector.writes.enabled')['scope'], 'application');
    assert.equal(settingDefaults['networkInspector.writes.enabled'], false);
  });

  it('offers what changes a cluster only where the user has turned that on', () => {
    const changes: readonly string[] = [commands.restartPod, commands.deletePod, commands.restartWorkload];
    const offered = Object.values(objectAt(contributes, 'menus')).flatMap((items) => items as JsonObject[]);
    const found = offered.filter((item) => changes.includes(stringAt(item, 'command') ?? ''));
    assert.ok(found.length >= 2 * changes.length);
    for (const item of found)
      assert.match(stringAt(item, 'when') ?? '', /^false$|^config\.networkInspector\.writes\.enabled && /);
  });

  it('is what docs/settings.md says', () => {
    const text = readFileSync(join(root, 'docs', 'settings.md'), 'utf8').replace(/ +/g, ' ');
    const properties = objectAt(objectAt(contributes, 'configuration'), 'properties');
    for (const [id, value] of Object.entries(properties)) {
      const property = value as JsonObject;
      const machine =
        property['scope'] === 'machine' ? ' _machine_' : property['scope'] === 'application' ? ' _user_' : '';
      const written = property['default'] === '' ? 'empty' : `\`${[property['default']].flat().join() || '[]'}\``;
      const row = `| \`${id.replace('networkInspector.', '')}\`${machine} | ${written} |`;
      assert.ok(text.includes(row), row);
    }
  });

  it('names only pictures that are there', () => {
    const pictures = [...texts(manifest)].filter(([, text]) => text.startsWith('media/')).map(([, text]) => text);
    assert.ok(pictures.length > 0);
    for (const picture of pictures) assert.ok(existsSync(join(root, picture)), picture);
  });
});
