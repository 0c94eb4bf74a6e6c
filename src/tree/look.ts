import type { Severity } from '../inspect/problem.ts';

/** A codicon and a theme colour. */
export interface Icon {
  readonly id: string;
  readonly colour?: string;
}

const quiet = 'descriptionForeground';

/** One picture for one meaning, here and nowhere else. */
export const icons = {
  breaks: { id: 'error', colour: 'problemsErrorIcon.foreground' },
  mayBreak: { id: 'warning', colour: 'problemsWarningIcon.foreground' },
  progress: { id: 'sync' },
  unknown: { id: 'question', colour: quiet },
  stale: { id: 'history', colour: quiet },

  notConnected: { id: 'circle-outline' },
  connecting: { id: 'loading~spin' },
  unauthorized: { id: 'key' },
  forbidden: { id: 'lock' },
  unreachable: { id: 'debug-disconnect' },
  timedOut: { id: 'watch' },
  credentialPlugin: { id: 'terminal' },
  certificate: { id: 'workspace-untrusted' },
  invalid: { id: 'warning', colour: 'problemsWarningIcon.foreground' },
  failed: { id: 'debug-disconnect' },

  cluster: { id: 'server-environment' },
  folder: { id: 'folder' },
  server: { id: 'server-process' },
  enforces: { id: 'shield' },
  network: { id: 'type-hierarchy' },
  workload: { id: 'layers' },
  pod: { id: 'package' },
  container: { id: 'vm' },
  node: { id: 'server' },
  group: { id: 'list-unordered' },
  more: { id: 'ellipsis' },
  file: { id: 'file' },
  note: { id: 'info', colour: quiet },
} as const satisfies Record<string, Icon>;

export const severityIcon = (severity: Severity): Icon => (severity === 'breaks' ? icons.breaks : icons.mayBreak);
