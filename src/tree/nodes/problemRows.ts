import { formatReference } from '../../inspect/evidence.ts';
import { type Problem, problemKey } from '../../inspect/problem.ts';
import { severityIcon } from '../look.ts';
import { named, type Row } from '../row.ts';
import type { Tooltip } from '../tooltip.ts';
import { formatMoment, type Translate } from '../words.ts';
import { paged } from './pages.ts';
import type { ClusterScope } from './scope.ts';

/** Problems that no other row stands for. */
export const problemRows = (problems: readonly Problem[], id: string, scope: ClusterScope): readonly Row[] =>
  paged(problems, `${id}/problems`, scope.rendering, (problem) => problemRow(problem, id, scope));

function problemRow(problem: Problem, id: string, { rendering, source }: ClusterScope): Row {
  const { t } = rendering;
  const { subject, sentence, severity, fix } = problem;
  return {
    id: `${id}/problem:${problemKey(problem)}`,
    ...named(rendering, sentence),
    ...(fix === undefined ? {} : { description: fix }),
    icon: severityIcon(severity),
    spoken: [`${severity === 'breaks' ? t('Error') : t('Warning')}: ${sentence}`, fix]
      .filter((text) => text !== undefined)
      .join('. '),
    tags: ['problem'],
    target: { kind: 'object', source, object: subject },
    tooltip: () => ({ title: formatReference(subject), ...problemTooltip([problem], t) }),
    basis: [problem],
  };
}

/** What is wrong, why, and what to do, for the tooltip of the row that has the problem. */
export function problemTooltip(problems: readonly Problem[], t: Translate): Pick<Tooltip, 'sections'> {
  return {
    sections: problems.slice(0, 3).map(({ sentence, since, cause, fix, evidence, consequences }) => ({
      title: sentence,
      rows: [
        ...row(t('Since'), since === undefined ? undefined : formatMoment(since)),
        ...row(t('Cause'), cause),
        ...row(t('What to do'), fix),
        ...evidence
          .filter((one) => one.sentence !== sentence)
          .slice(0, 4)
          .map((one): readonly [string, string] => [t('Seen'), one.sentence]),
        ...row(
          t('Follows from it'),
          consequences.length === 0
            ? undefined
            : consequences
                .slice(0, 3)
                .map((one) => one.sentence)
                .join('; '),
        ),
      ],
    })),
  };
}

const row = (name: string, value: string | undefined): readonly (readonly [string, string])[] =>
  value === undefined || value === '' ? [] : [[name, value]];
