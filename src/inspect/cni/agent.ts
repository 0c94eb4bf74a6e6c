import type { TemplateContainer, Workload } from '../../model/workload.ts';

export const containerOf = (workload: Workload, name: string): TemplateContainer | undefined =>
  workload.template.containers.find((container) => container.name === name);

export const hasContainer = (workload: Workload, name: string): boolean => containerOf(workload, name) !== undefined;

/** The value of a flag on a container's command line: `--flag=value`, `--flag value`, or `true` for a bare `--flag`. */
export function flagOf(words: readonly string[], flag: string): string | undefined {
  for (const [index, word] of words.entries()) {
    if (word.startsWith(`${flag}=`)) return word.slice(flag.length + 1);
    if (word === flag) {
      const next = words[index + 1];
      return next === undefined || next.startsWith('-') ? 'true' : next;
    }
  }
  return undefined;
}

export const flagOfContainer = (container: TemplateContainer, flag: string): string | undefined =>
  flagOf([...container.command, ...container.args], flag);

/** The tag of an image reference; undefined for one that is named by its digest alone. */
export function imageTag(image: string): string | undefined {
  const at = image.indexOf('@');
  const reference = at < 0 ? image : image.slice(0, at);
  const colon = reference.lastIndexOf(':');
  return colon < 0 || reference.indexOf('/', colon) >= 0 ? undefined : reference.slice(colon + 1) || undefined;
}

/** `v3.32.1` → `3.32.1`; `v3.30.2-build20250711` and other suffixes stay, they name a different build. */
export const withoutV = (version: string): string => version.replace(/^v(?=\d)/, '');
