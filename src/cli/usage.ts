export type CommandName = 'connectivity' | 'explain' | 'diff' | 'lint' | 'inspect' | 'check';

const input = `
PATH is a file or a folder with YAML or JSON: manifests, what \`kubectl get -o yaml|json\` printed, or a must-gather.
\`-\` is standard input. Workloads stand for their pods. A later file wins over an earlier one.

  --context NAME        read a live cluster instead: a context of the kubeconfig
  --kubeconfig FILE     the kubeconfig; otherwise $KUBECONFIG, otherwise ~/.kube/config
  --keep-going          analyse what could be read although something could not
  -h, --help            this text`;

const exits = `
Exit status: 0 fine, 1 differences or findings, 2 bad input (each problem is on standard error with file and line).`;

const usages: Readonly<Record<CommandName, { readonly summary: string; readonly text: string }>> = {
  connectivity: {
    summary: 'what may talk to what, all pairs',
    text: `Usage: network-inspector connectivity PATH… [options]

Lists which workloads, external addresses and ingress controllers may connect to which workloads.

  --format FORMAT       text (default), json, csv, markdown or dot
  --by UNIT             workload (default) or pod
  --ipblock-matches-pods=true|false
                        whether an ipBlock matches pods by their addresses (default true)`,
  },
  explain: {
    summary: 'whether one connection is allowed, and by what',
    text: `Usage: network-inspector explain PATH… --from END --to END --port PORT [options]

Says whether a connection is allowed, which side decides, and which policies and rules have a say.

  --from END, --to END  NAMESPACE/POD, NAMESPACE/WORKLOAD or an IP address; as a destination also NAMESPACE/SERVICE
  --port PORT           a number, or the name of a port of the destination
  --protocol PROTOCOL   TCP (default), UDP, SCTP or ICMP, which takes no port
  --format FORMAT       text (default) or json
  --ipblock-matches-pods=true|false
                        whether an ipBlock matches pods by their addresses (default true)`,
  },
  diff: {
    summary: 'what a change opens, closes or alters',
    text: `Usage: network-inspector diff PATH_A PATH_B [options]

Compares what may talk to what before (A) and after (B).

  --format FORMAT       text (default), json, csv or markdown
  --by UNIT             workload (default) or pod
  --ipblock-matches-pods=true|false
                        whether an ipBlock matches pods by their addresses (default true)`,
  },
  lint: {
    summary: 'what is wrong with the policies',
    text: `Usage: network-inspector lint PATH… [options]

Checks network policies against the pods, namespaces and services that are there. Advice alone (severity info) does not
change the exit status.

  --format FORMAT       text (default), json or sarif (2.1.0)`,
  },
  inspect: {
    summary: 'the cluster: type, CNI, enforcement, problems',
    text: `Usage: network-inspector inspect PATH… [options]

Says what kind of cluster it is, which network plugin it runs and whether that enforces policies, and what is wrong.

  --format FORMAT       text (default) or json`,
  },
  check: {
    summary: 'whether the cluster’s network works, and how that is known',
    text: `Usage: network-inspector check PATH… [options]

Checks the network against what Kubernetes asks of it: containers of a pod, pods, services, and the way in from outside. Prints
every check with its result, what is wrong with cause and remedy, and what cannot be told. The exit status is 1 where a
requirement is broken.

  --format FORMAT       text (default) or json`,
  },
};

export const isCommand = (name: string): name is CommandName => Object.hasOwn(usages, name);

export function usageOf(command: CommandName): string {
  const end = command === 'diff' ? input.replace(/\n {2}--context.*\n.*kubeconfig\n/, '\n') : input;
  return `${usages[command].text}\n${end}\n${exits}\n`;
}

export const usage = (): string =>
  `Usage: network-inspector COMMAND PATH… [options]

What a Kubernetes cluster's network is, and what its policies allow, from manifests or from a live cluster.

${Object.entries(usages)
  .map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`)
  .join('\n')}

\`network-inspector COMMAND --help\` shows a command's options. \`--version\` prints the version.
`;
