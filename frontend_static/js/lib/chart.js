/**
 * A chart of days as an element of the page: `<day-chart .chart=${…}>`. Draws with uPlot in the colors of the
 * page, and anew when the size or the color scheme changes. The numbers stand in a table beside it, so the
 * drawing itself is hidden from screen readers.
 */
import uPlot from '../../vendor/uplot@1.6.32/uplot.js';
import { longDay, shortDay } from './analytics/period.js';

/**
 * @typedef {Object} Series
 * @property {string} label
 * @property {(number | null)[]} values  one for each day
 * @property {string} whole              what the period comes to, in words
 */

/**
 * @typedef {Object} Chart
 * @property {string[]} days             UTC dates, oldest first
 * @property {Series[]} series
 * @property {'lines' | 'bars'} kind     bars stand on each other
 * @property {(value: number) => string} show
 */

const HEIGHT = 220;
/** Days up to which each one has room for a mark of its own. */
const MOST_POINTS = 31;
/** So that lines can be told apart without their colors. */
const DASHES = [[], [7, 4], [2, 4], [12, 4, 2, 4], [4, 2], [14, 3]];

export class DayChart extends HTMLElement {
  /** @type {Chart | null} */ #chart = null;
  /** @type {uPlot | null} */ #plot = null;
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #resized = new ResizeObserver(() => this.#plot?.setSize({ width: this.#width, height: HEIGHT }));
  #redraw = () => this.#draw();

  connectedCallback() {
    this.#scheme.addEventListener('change', this.#redraw);
    this.#resized.observe(this);
    this.#draw();
  }

  disconnectedCallback() {
    this.#scheme.removeEventListener('change', this.#redraw);
    this.#resized.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** @param {Chart} chart */
  set chart(chart) {
    // Drawing is dear, and a refresh mostly brings the same numbers.
    if (JSON.stringify(chart) === JSON.stringify(this.#chart)) return;
    this.#chart = chart;
    if (this.isConnected) this.#draw();
  }

  get #width() {
    return Math.max(160, this.clientWidth);
  }

  #draw() {
    if (!this.#chart) return;
    this.#plot?.destroy();
    const legend = legendOf(this.#chart);
    const canvas = document.createElement('div');
    canvas.setAttribute('aria-hidden', 'true');
    this.replaceChildren(legend.element, canvas);
    const options = optionsFor(this.#chart, this.#width, getComputedStyle(this), legend.show);
    this.#plot = new uPlot(options, dataOf(this.#chart), canvas);
  }
}

/**
 * Names and colors of the series, with what they come to: in the whole period or, under the pointer, on a day.
 * @param {Chart} chart
 */
function legendOf({ days, series, kind, show }) {
  const element = document.createElement('ul');
  element.className = 'legend';
  const when = document.createElement('li');
  when.className = 'legend-when';
  const values = series.map(({ label }, index) => {
    const item = document.createElement('li');
    const mark = legendMark(kind, index);
    const value = document.createElement('b');
    item.append(mark, `${label} `, value);
    element.append(item);
    return value;
  });
  element.append(when);

  /** @param {number | null} day index, null for the whole period */
  const say = (day) => {
    when.textContent = day === null ? 'whole period' : longDay(days[day] ?? '');
    for (const [index, { values: all, whole }] of series.entries()) {
      const value = day === null ? null : all[day] ?? null;
      const place = values[index];
      if (place) place.textContent = day === null ? whole : (value === null ? '–' : show(value));
    }
  };
  say(null);
  return { element, show: say };
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * A piece of what is drawn: of a line with its dashes, of a bar.
 * @param {Chart['kind']} kind
 * @param {number} index
 */
function legendMark(kind, index) {
  const [mark, line] = [document.createElementNS(SVG, 'svg'), document.createElementNS(SVG, 'path')];
  mark.setAttribute('class', `legend-mark series-${index + 1}`);
  mark.setAttribute('viewBox', '0 0 24 12');
  mark.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', kind === 'lines' ? 'M0 6h24' : 'M6 6h12');
  line.setAttribute('stroke-width', kind === 'lines' ? '2.5' : '12');
  if (kind === 'lines') line.setAttribute('stroke-dasharray', (DASHES[index] ?? []).join(' '));
  mark.append(line);
  return mark;
}

/**
 * @param {Chart} chart
 * @returns {uPlot.AlignedData}
 */
function dataOf({ days, series, kind }) {
  const at = days.map((date) => Date.parse(`${date}T00:00Z`) / 1_000);
  return [at, ...(kind === 'bars' ? stacked(series).reverse() : series.map(({ values }) => values))];
}

/**
 * Each series on top of those before it.
 * @param {Series[]} series
 */
export function stacked(series) {
  /** @type {number[]} */
  let below = [];
  return series.map(({ values }) => {
    below = values.map((value, index) => (below[index] ?? 0) + (value ?? 0));
    return below;
  });
}

/**
 * @param {Chart} chart
 * @param {number} width
 * @param {CSSStyleDeclaration} style  of the element: colors are the page's tokens
 * @param {(day: number | null) => void} onDay
 * @returns {uPlot.Options}
 */
function optionsFor(chart, width, style, onDay) {
  const token = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const line = { stroke: token('text-soft'), grid: { stroke: token('line'), width: 1 }, ticks: { show: false }, font: `12px ${style.fontFamily}` };
  const drawn = chart.series.map((_, index) => seriesOptions(chart, index, token));
  // Of a stack the whole is drawn first, and the parts below over it.
  if (chart.kind === 'bars') drawn.reverse();
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: chart.kind === 'lines' } },
    hooks: { setCursor: [(plot) => onDay(plot.cursor.idx ?? null)] },
    scales: { x: { range: (_, min, max) => [min - 43_200, max + 43_200] }, y: { range: (_, __, max) => [0, niceTop(max)] } },
    axes: [
      { ...line, grid: { show: false }, size: 30, space: 64, incrs: [1, 2, 7, 14, 28].map((days) => days * 86_400),
        values: (_, splits) => splits.map((at) => shortDay(new Date(at * 1_000).toISOString().slice(0, 10))) },
      { ...line, size: 64, values: (_, splits) => splits.map((value) => chart.show(value)) },
    ],
    series: [{}, ...drawn],
  };
}

/**
 * @param {Chart} chart
 * @param {number} index
 * @param {(name: string) => string} token
 * @returns {uPlot.Series}
 */
function seriesOptions({ kind, days, series }, index, token) {
  const color = token(`series-${index + 1}`);
  const label = series[index]?.label ?? '';
  if (kind === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.7, 40], align: 0 });
    // A gap between the parts of a stack, where the bars are wide enough for one.
    const gap = series.length > 1 && days.length <= MOST_POINTS ? 1 : 0;
    return { label, width: gap, stroke: token('surface'), fill: color, points: { show: false }, ...(paths && { paths }) };
  }
  const points = { show: days.length <= MOST_POINTS, size: 6, fill: color, stroke: color };
  return { label, stroke: color, width: 2, dash: DASHES[index] ?? [], points };
}

/**
 * The end of the scale: never less than one, with some room above.
 * @param {number} max
 */
const niceTop = (max) => Math.max(1, max * 1.1);

customElements.define('day-chart', DayChart);
