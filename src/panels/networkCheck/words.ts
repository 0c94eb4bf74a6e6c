import type { CheckResult } from '../../inspect/networkCheck/check.ts';
import type { Verdict } from '../../inspect/networkCheck/requirements.ts';
import type { Tone } from '../page.ts';
import { t } from '../translate.ts';

export function verdictWords(verdict: Verdict): string {
  switch (verdict) {
    case 'holds':
      return t('holds');
    case 'at-risk':
      return t('at risk');
    case 'broken':
      return t('broken');
    case 'cannot-tell':
      return t('cannot tell');
  }
}

export const verdictTone: Readonly<Record<Verdict, Tone>> = {
  holds: 'plain',
  'at-risk': 'warning',
  broken: 'error',
  'cannot-tell': 'muted',
};

export function resultWords(result: CheckResult): string {
  switch (result) {
    case 'passed':
      return t('passed');
    case 'warning':
      return t('warning');
    case 'failed':
      return t('failed');
    case 'cannot-tell':
      return t('cannot tell');
    case 'does-not-apply':
      return t('does not apply');
  }
}

export const resultTone: Readonly<Record<CheckResult, Tone>> = {
  passed: 'plain',
  warning: 'warning',
  failed: 'error',
  'cannot-tell': 'muted',
  'does-not-apply': 'muted',
};
