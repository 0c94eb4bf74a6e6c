import { type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringsAt } from '../../model/json.ts';
import type { Value } from '../page.ts';
import { t } from '../translate.ts';

/** `RuntimeDefault`, or the profile of the node that is meant. */
const profileOf = (context: JsonObject, name: string): string => {
  const profile = objectAt(context, name);
  return [stringAt(profile, 'type') ?? '', stringAt(profile, 'localhostProfile') ?? ''].filter(Boolean).join(' ');
};

/** What a security context says, of a pod or of a container: each has fields that the other has not. */
export function securityWords(context: JsonObject): readonly Value[] {
  const values: Value[] = [];
  const say = (words: string | false): void => {
    if (words !== false) values.push(words);
  };
  const sayNumber = (name: string, words: (value: number) => string): void => {
    const value = numberAt(context, name);
    if (value !== undefined) values.push(words(value));
  };
  const capabilities = objectAt(context, 'capabilities');
  const added = stringsAt(capabilities, 'add');
  const dropped = stringsAt(capabilities, 'drop');
  say(context['privileged'] === true && t('privileged'));
  say(added.length > 0 && t('adds {0}', added.join(', ')));
  say(dropped.length > 0 && t('drops {0}', dropped.join(', ')));
  sayNumber('runAsUser', (user) => t('runs as user {0}', user));
  sayNumber('runAsGroup', (group) => t('runs as group {0}', group));
  say(context['runAsNonRoot'] === true && t('never as root'));
  const groups = context['supplementalGroups'];
  if (Array.isArray(groups)) {
    const numbers = groups.filter((group) => typeof group === 'number');
    say(numbers.length > 0 && t('also in groups {0}', numbers.join(', ')));
  }
  say(stringAt(context, 'supplementalGroupsPolicy') === 'Strict' && t('in no groups that the image gives its user'));
  sayNumber('fsGroup', (group) => t('volumes belong to group {0}', group));
  say(
    stringAt(context, 'fsGroupChangePolicy') === 'OnRootMismatch' &&
      t('their files are changed only where the top folder differs'),
  );
  say(context['readOnlyRootFilesystem'] === true && t('read-only root file system'));
  say(context['allowPrivilegeEscalation'] === false && t('no privilege escalation'));
  say(context['allowPrivilegeEscalation'] === true && t('may gain privileges'));
  const seccomp = profileOf(context, 'seccompProfile');
  say(seccomp !== '' && t('seccomp {0}', seccomp));
  const appArmor = profileOf(context, 'appArmorProfile');
  say(appArmor !== '' && t('AppArmor {0}', appArmor));
  const mount = stringAt(context, 'procMount');
  say(mount !== undefined && mount !== 'Default' && t('/proc mounted {0}', mount));
  const seLinux = objectAt(context, 'seLinuxOptions');
  const label = ['user', 'role', 'type', 'level'].map((part) => stringAt(seLinux, part) ?? '');
  say(label.some(Boolean) && t('SELinux {0}', label.join(':')));
  const change = stringAt(context, 'seLinuxChangePolicy');
  say(change !== undefined && t('SELinux labels of volumes: {0}', change));
  for (const sysctl of objectsAt(context, 'sysctls'))
    values.push({ text: `${stringAt(sysctl, 'name') ?? ''}=${stringAt(sysctl, 'value') ?? ''}`, mono: true });
  const windows = objectAt(context, 'windowsOptions');
  say(windows['hostProcess'] === true && t('runs as a process of the Windows node'));
  const user = stringAt(windows, 'runAsUserName');
  say(user !== undefined && t('runs as Windows user {0}', user));
  const account = stringAt(windows, 'gmsaCredentialSpecName');
  say(account !== undefined && t('group managed service account {0}', account));
  return values;
}
