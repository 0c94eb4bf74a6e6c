import { type JsonObject, numberAt, objectAt, stringAt, stringsAt } from '../../model/json.ts';
import { type Field, field, type Value } from '../page.ts';
import { t } from '../translate.ts';

const portOf = (target: JsonObject): string => {
  const port = numberAt(target, 'port') ?? stringAt(target, 'port');
  return port === undefined ? '?' : String(port);
};

/** What a probe or a hook does: `HTTP GET :9099/readiness`, `TCP :53`, a command. Empty where it does nothing known. */
function handlerWords(handler: JsonObject): string {
  const http = objectAt(handler, 'httpGet');
  if ('httpGet' in handler)
    return `${stringAt(http, 'scheme') ?? 'HTTP'} GET ${stringAt(http, 'host') ?? ''}:${portOf(http)}${stringAt(http, 'path') ?? '/'}`;
  if ('tcpSocket' in handler) return `TCP :${portOf(objectAt(handler, 'tcpSocket'))}`;
  if ('grpc' in handler) {
    const grpc = objectAt(handler, 'grpc');
    return `gRPC :${portOf(grpc)} ${stringAt(grpc, 'service') ?? ''}`.trim();
  }
  const seconds = numberAt(objectAt(handler, 'sleep'), 'seconds');
  if (seconds !== undefined) return t('sleep {0} s', seconds);
  return stringsAt(objectAt(handler, 'exec'), 'command').join(' ');
}

/** When a probe is made and what its results count for. The numbers that are left out are the API's defaults. */
function timingWords(probe: JsonObject): readonly string[] {
  const delay = numberAt(probe, 'initialDelaySeconds') ?? 0;
  const successes = numberAt(probe, 'successThreshold') ?? 1;
  const grace = numberAt(probe, 'terminationGracePeriodSeconds');
  return [
    delay > 0 ? t('first after {0} s', delay) : '',
    t('every {0} s', numberAt(probe, 'periodSeconds') ?? 10),
    t('times out after {0} s', numberAt(probe, 'timeoutSeconds') ?? 1),
    t('fails after {0}', numberAt(probe, 'failureThreshold') ?? 3),
    successes > 1 ? t('succeeds after {0}', successes) : '',
    grace === undefined ? '' : t('then {0} s to stop', grace),
  ].filter(Boolean);
}

export function probeFields(container: JsonObject): readonly (Field | undefined)[] {
  const of = (title: string, name: string): Field | undefined => {
    const probe = objectAt(container, name);
    if (Object.keys(probe).length === 0) return undefined;
    const what: Value = { text: handlerWords(probe), mono: true };
    return field(title, what.text === '' ? undefined : what, { text: timingWords(probe).join(', '), tone: 'muted' });
  };
  return [
    of(t('Liveness probe'), 'livenessProbe'),
    of(t('Readiness probe'), 'readinessProbe'),
    of(t('Startup probe'), 'startupProbe'),
  ];
}

export function hookFields(container: JsonObject): readonly (Field | undefined)[] {
  const lifecycle = objectAt(container, 'lifecycle');
  const of = (title: string, name: string): Field | undefined => {
    const words = handlerWords(objectAt(lifecycle, name));
    return words === '' ? undefined : field(title, { text: words, mono: true });
  };
  return [
    of(t('After it starts'), 'postStart'),
    of(t('Before it stops'), 'preStop'),
    field(t('Stopped by'), stringAt(lifecycle, 'stopSignal')),
  ];
}
