import type { Connections, ConnectivityPair, PortRange, ProtocolPorts } from '../../policy/types.ts';

const formatRange = ({ first, last }: PortRange): string => (first === last ? `${first}` : `${first}-${last}`);

export const formatRanges = (ranges: readonly PortRange[]): string => ranges.map(formatRange).join(',');

/** `TCP 80,443,UDP 53`. */
const formatPorts = (ports: readonly ProtocolPorts[]): string =>
  ports.map(({ protocol, ranges }) => `${protocol} ${formatRanges(ranges)}`).join(',');

/** What is allowed for certain: `All Connections`, `TCP 80,443,UDP 53`, or `No Connections`. */
export function formatAllowed({ all, allowed }: Connections): string {
  if (all) return 'All Connections';
  return allowed.length === 0 ? 'No Connections' : formatPorts(allowed);
}

/** `unknown (reason)`, with the ports where only some are unknown; `undefined` where nothing is. */
export function formatUnknown(connections: Connections): string | undefined {
  const { unknown, allowed } = connections;
  if (unknown.length === 0) return undefined;
  const why = reasonsOf(connections);
  const everything = allowed.length === 0 && unknown.length === 3 && unknown.every(isWhole);
  if (everything) return `unknown (${why})`;
  return `unknown (${formatPorts(unknown)}${why === '' ? '' : `: ${why}`})`;
}

const isWhole = ({ ranges }: ProtocolPorts): boolean => ranges[0]?.first === 1 && ranges[0].last === 65535;

/** Why TCP, UDP or SCTP is unknown; what the API leaves open about other protocols is another matter. */
const reasonsOf = ({ reasons }: Connections): string =>
  reasons
    .filter(({ basis }) => basis !== 'undefined-protocol')
    .map(({ text }) => text)
    .join('; ');

/** The ports of each protocol as a list that a program reads: `{"TCP":["80","8000-8100"]}`. */
export const portsByProtocol = (ports: readonly ProtocolPorts[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(ports.map(({ protocol, ranges }) => [protocol, ranges.map(formatRange)]));

/** One row for what is allowed and one for what cannot be decided, of a pair of ends. */
export interface ConnectionRow {
  readonly source: string;
  readonly destination: string;
  /** `All Connections`, `TCP 80`, `unknown (…)`; with the family where the two differ. */
  readonly connections: string;
}

export function rowsOf({ from, to, connections, family }: ConnectivityPair): readonly ConnectionRow[] {
  const rows: ConnectionRow[] = [];
  const suffix = family === undefined ? '' : ` over IPv${family}`;
  const add = (text: string): void => {
    rows.push({ source: from.label, destination: to.label, connections: text });
  };
  if (connections.all || connections.allowed.length > 0) add(formatAllowed(connections) + suffix);
  const unknown = formatUnknown(connections);
  if (unknown !== undefined) add(family === undefined ? unknown : unknown.replace(/\)$/, `,${suffix})`));
  return rows;
}
