import * as vscode from 'vscode';
import { settingDefaults, type SettingId, settingSection, type Settings } from '../contributions.ts';
import type { IDisposable } from './disposable.ts';

const keyOf = (id: SettingId): string => id.slice(settingSection.length + 1);

/** The value in force. A value of another type than the default's is a mistake in settings.json and counts as not set. */
export function setting<K extends SettingId>(id: K): Settings[K] {
  const fallback: Settings[K] = settingDefaults[id];
  const value = vscode.workspace.getConfiguration(settingSection).get<unknown>(keyOf(id));
  if (Array.isArray(fallback))
    return (Array.isArray(value) ? value.filter((element) => typeof element === 'string') : fallback) as Settings[K];
  return (typeof value === typeof fallback ? value : fallback) as Settings[K];
}

/** Changes it in the user's own settings. */
export async function changeSetting<K extends SettingId>(id: K, value: Settings[K]): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(settingSection);
  await configuration.update(keyOf(id), value, vscode.ConfigurationTarget.Global);
}

export const onSettingChanged = (ids: readonly SettingId[], listener: () => void): IDisposable =>
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (ids.some((id) => event.affectsConfiguration(id))) listener();
  });
