import { t } from './l10n.ts';
import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { Bar, Block, SeriesRow } from '../../src/panels/protocol.ts';
import { absoluteTime } from './values.ts';

const width = 480;
const rowHeight = 16;

/** A bar that fills its track says that all there is is used. */
const filling = 0.75;

const longest = (bars: readonly Bar[]): number =>
  Math.max(...bars.flatMap(({ value, request, limit }) => [value ?? 0, request ?? 0, limit ?? 0]), Number.MIN_VALUE);

/** Usage as a bar, the request as a tick below it, the limit as a line across it. The words say the same. */
export function barsTemplate({ title, bars }: Extract<Block, { kind: 'bars' }>): TemplateResult {
  const highest = Math.max(...bars.map(({ value }) => value ?? 0));
  const scale = Math.min(width / (longest(bars) * 1.02), highest === 0 ? Infinity : (width * filling) / highest);
  // With a limit, the end of the scale is the highest limit.
  return html`<table class="chart">
    <caption>
      ${title}
    </caption>
    <tbody>
      ${bars.map(({ label, value, request, limit, words, tone }) => {
        const x = (amount: number): number => Math.max(1, Math.round(amount * scale));
        return html`<tr>
          <th scope="row" class="mono"><bdi title=${label}>${label}</bdi></th>
          <td class="picture">
            <svg viewBox="0 0 ${width} ${rowHeight}" preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" x="0" y="4" width=${width} height="8"></rect>
              ${value === undefined ? nothing : svg`<rect class="bar ${tone ?? 'plain'}" x="0" y="4" width=${x(value)} height="8"></rect>`}
              ${request === undefined ? nothing : svg`<rect class="request" x=${x(request) - 1} y="10" width="2" height="6"></rect>`}
              ${limit === undefined ? nothing : svg`<rect class="limit" x=${x(limit) - 1} y="0" width="2" height="16"></rect>`}
            </svg>
            <span class=${tone ?? 'plain'}>${words}</span>
          </td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

/** Where a moment of the period stands from left to right. */
const across =
  (from: number, to: number) =>
  (at: number): number =>
    ((at - from) / Math.max(1, to - from)) * width;

const periodCaption = (title: string, from: number, to: number): TemplateResult =>
  html`<caption>
    ${title}
    <span class="note">${t('{0} to {1}', absoluteTime(from), absoluteTime(to))}</span>
  </caption>`;

/** When each container was ready, and the moments at which it was started again. */
export function timelineTemplate({ title, from, to, rows }: Extract<Block, { kind: 'timeline' }>): TemplateResult {
  const x = across(from, to);
  return html`<table class="chart">
    ${periodCaption(title, from, to)}
    <tbody>
      ${rows.map(
        ({ label, spans, marks, words }) =>
          html`<tr>
            <th scope="row" class="mono"><bdi title=${label}>${label}</bdi></th>
            <td class="picture">
              <svg viewBox="0 0 ${width} ${rowHeight}" preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" x="0" y="4" width=${width} height="8"></rect>
                ${spans.map((span) => svg`<rect class="span ${span.state}" x=${x(span.from)} y=${span.state === 'ready' ? 4 : 6} width=${Math.max(1, x(span.to) - x(span.from))} height=${span.state === 'ready' ? 8 : 4}></rect>`)}
                ${marks.map((at) => svg`<rect class="mark" x=${x(at) - 1} y="0" width="2" height="16"></rect>`)}
              </svg>
              <span>${words}</span>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

const seriesHeight = 32;

/** The line of what was measured, with nothing drawn where nothing was. */
function linePath(points: SeriesRow['points'], gap: number, x: (at: number) => number, y: (value: number) => number) {
  let last = -Infinity;
  return points
    .map(({ at, value }) => {
      const step = `${at - last > gap ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      last = at;
      return step;
    })
    .join('');
}

/** Use as a line, what was requested as a dashed one, the limit as one across the top. The words say the same. */
export function seriesTemplate({ title, from, to, gap, rows }: Extract<Block, { kind: 'series' }>): TemplateResult {
  const x = across(from, to);
  const level = (amount: number | undefined, y: (value: number) => number, kind: string): unknown =>
    amount === undefined ? nothing : svg`<path class=${kind} d="M0 ${y(amount).toFixed(1)}H${width}"></path>`;
  return html`<table class="chart">
    ${periodCaption(title, from, to)}
    <tbody>
      ${rows.map(({ label, points, request, limit, words, tone }) => {
        const highest = Math.max(...points.map(({ value }) => value), request ?? 0, limit ?? 0, Number.MIN_VALUE);
        const y = (value: number): number => seriesHeight - 2 - (value / highest) * (seriesHeight - 4);
        return html`<tr>
          <th scope="row" class="mono"><bdi title=${label}>${label}</bdi></th>
          <td class="picture">
            <svg class="series" viewBox="0 0 ${width} ${seriesHeight}" preserveAspectRatio="none" aria-hidden="true">
              <path class="ground" d="M0 ${seriesHeight - 1}H${width}"></path>
              ${level(request, y, 'request')}${level(limit, y, 'limit')}
              <path class="line ${tone ?? 'plain'}" d=${linePath(points, gap, x, y)}></path>
            </svg>
            <span class=${tone ?? 'plain'}>${words}</span>
          </td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}
