import type { ConnectionState } from '../cluster/source.ts';
import type { ConnectionFacts } from '../model/snapshot.ts';
import { type Icon, icons } from './look.ts';
import { formatTime, type Translate } from './words.ts';

/** How a connection state looks: its words, its icon, what to do about it, and the tags that choose its actions. */
export interface ConnectionLook {
  readonly words: string;
  readonly icon: Icon;
  readonly advice?: string;
  readonly tags: readonly string[];
}

/** The first line, without the full stop that a message of a server or a program may end in. */
const short = (message: string): string => (message.trim().split('\n', 1)[0] ?? '').replace(/\.$/, '');

export function connectionLook(
  state: ConnectionState,
  t: Translate,
  now: number,
  proxy?: ConnectionFacts['proxy'],
): ConnectionLook {
  const look = directLook(state, t, now);
  if (proxy === undefined || look.advice === undefined || !hasNoWay.has(state.kind)) return look;
  return { ...look, advice: `${look.advice} ${t('It is asked through the proxy {0}.', proxyWords(proxy, t))}` };
}

/** Failures at which a proxy in between may be what fails. */
const hasNoWay: ReadonlySet<ConnectionState['kind']> = new Set(['unreachable', 'timed-out', 'certificate', 'failed']);

/** The kubeconfig's `proxy-url` or a variable's name stays as it is written there. */
export const proxyWords = ({ url, from }: NonNullable<ConnectionFacts['proxy']>, t: Translate): string =>
  t('{0} (from {1})', url, from);

function directLook(state: ConnectionState, t: Translate, now: number): ConnectionLook {
  switch (state.kind) {
    case 'not-connected':
      return {
        words: t('not connected'),
        icon: icons.notConnected,
        advice: t('Expand it or choose Connect. Until then it is not contacted.'),
        tags: ['not-connected'],
      };
    case 'connecting':
      return { words: t('connecting…'), icon: icons.connecting, tags: ['connecting'] };
    case 'connected':
      return { words: t('connected'), icon: icons.cluster, tags: ['connected'] };
    case 'unauthorized':
      return {
        words: t('signed out: {0}', short(state.message)),
        icon: icons.unauthorized,
        advice: t('Sign in again as you do for kubectl, then choose Retry. Nothing is asked until then.'),
        tags: ['unauthorized', 'failing'],
      };
    case 'forbidden':
      return {
        words: t('no access: {0} {1}', state.verb, state.resource),
        icon: icons.forbidden,
        advice: t('Ask for a role that may {0} {1}, then choose Retry.', state.verb, state.resource),
        tags: ['forbidden', 'failing'],
      };
    case 'unreachable':
      return {
        words: t('unreachable: {0}', short(state.message)),
        icon: icons.unreachable,
        advice: retryAdvice(state.retryAt, t, now, t('Check the network, a VPN or proxy, and that the server runs.')),
        tags: ['unreachable', 'failing'],
      };
    case 'timed-out':
      return {
        words: t('no answer in {0} s', state.seconds),
        icon: icons.timedOut,
        advice: retryAdvice(
          state.retryAt,
          t,
          now,
          t('Check the network, or raise networkInspector.requestTimeout where the server is slow.'),
        ),
        tags: ['timed-out', 'failing'],
      };
    case 'credential-plugin':
      return {
        words: state.missing
          ? t('credential plugin not found: {0}', state.command)
          : t('credential plugin failed: {0}', state.command),
        icon: icons.credentialPlugin,
        advice: state.missing
          ? (state.installHint ?? t('Install {0}, or put its folder on PATH, then choose Retry.', state.command))
          : t('Run it in a terminal to sign in or to see what it says, then choose Retry.'),
        tags: ['credential-plugin', 'failing', ...(state.missing ? [] : ['runnable'])],
      };
    case 'certificate':
      return {
        words: t('certificate not accepted: {0}', short(state.message)),
        icon: icons.certificate,
        advice: t("Check the certificate authority in the kubeconfig and the server's name, then choose Retry."),
        tags: ['certificate', 'failing'],
      };
    case 'invalid':
      return {
        words: short(state.message),
        icon: icons.invalid,
        advice:
          state.elsewhere === true
            ? t('Correct it, then choose Retry.')
            : t('Correct the file; it is read again when it changes.'),
        tags: ['invalid', ...(state.elsewhere === true ? ['failing'] : [])],
      };
    case 'failed':
      return {
        words: short(state.message),
        icon: icons.failed,
        advice: retryAdvice(state.retryAt, t, now, t('Choose Retry, or read the log.')),
        tags: ['failed', 'failing'],
      };
  }
}

const retryAdvice = (retryAt: number | undefined, t: Translate, now: number, otherwise: string): string =>
  retryAt === undefined ? otherwise : `${otherwise} ${t('Next try at {0}.', formatTime(retryAt, now))}`;
