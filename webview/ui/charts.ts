import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { Bar, Block } from '../../src/panels/protocol.ts';
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

/** When each container was ready, and the moments at which it was started again. */
export function timelineTemplate({ title, from, to, rows }: Extract<Block, { kind: 'timeline' }>): TemplateResult {
  const x = (at: number): number => ((at - from) / Math.max(1, to - from)) * width;
  return html`<table class="chart">
    <caption>
      ${title}
      <span class="note">${absoluteTime(from)} to ${absoluteTime(to)}</span>
    </caption>
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
