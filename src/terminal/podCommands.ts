/** Commands of kubectl about one pod, as arguments. */

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

export const describePod = ({ namespace, name }: PodName): readonly string[] => [
  '-n',
  namespace,
  'describe',
  'pod',
  name,
];

export const followLogs = ({ namespace, name }: PodName, container: string): readonly string[] => [
  '-n',
  namespace,
  'logs',
  '-f',
  '--tail=200',
  name,
  '-c',
  container,
];

/** What a container wrote before it was last started again. */
export const previousLog = ({ namespace, name }: PodName, container: string): readonly string[] => [
  '-n',
  namespace,
  'logs',
  '--previous',
  name,
  '-c',
  container,
];

/** Bash where the image has it, else its plain shell. Windows images have PowerShell. */
export const shellIn = ({ namespace, name }: PodName, container: string, os: string): readonly string[] => [
  '-n',
  namespace,
  'exec',
  '-it',
  name,
  '-c',
  container,
  '--',
  ...(os === 'windows' ? ['powershell'] : ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash || exec sh']),
];

/** A container beside the one that has no shell, in its process namespace. It stays in the pod until the pod goes. */
export const debugBeside = ({ namespace, name }: PodName, container: string, image: string): readonly string[] => [
  '-n',
  namespace,
  'debug',
  '-it',
  name,
  `--image=${image}`,
  `--target=${container}`,
];
