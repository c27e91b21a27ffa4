/**
 * A chart of days or moments as an element of the page: `<time-chart .chart=${…}>`. Draws with uPlot in the colors of the
 * page, and anew when the size or the color scheme changes. The numbers stand in a table beside it, so the
 * drawing itself is hidden from screen readers.
 */
import uPlot from '../../vendor/uplot@1.6.32/uplot.js';
import { longDay, shortDay } from './analytics/period.js';
import { dateTime } from './format.js';

/**
 * @typedef {Object} Series
 * @property {string} label
 * @property {(number | null)[]} values  one for each of them
 * @property {string} whole              what the period comes to, in words
 */

/**
 * @typedef {Object} Chart
 * @property {string[]} at               UTC dates, or moments, oldest first
 * @property {Series[]} series
 * @property {'lines' | 'bars'} kind     bars stand on each other
 * @property {(value: number) => string} show
 */

/**
 * Whether there is anything to draw: a line needs two points.
 * @param {Chart} chart
 */
export const isDrawable = ({ at, series }) => at.length > 1 && series.length > 0;

const HEIGHT = 220;
const DAY_S = 86_400;
/** Up to so many, each one has room for a mark of its own. */
const MOST_POINTS = 31;
/** So that lines can be told apart without their colors. */
const DASHES = [[], [7, 4], [2, 4], [12, 4, 2, 4], [4, 2], [14, 3]];

export class TimeChart extends HTMLElement {
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
function legendOf({ at, series, kind, show }) {
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

  /** @param {number | null} index null for the whole period */
  const say = (index) => {
    when.textContent = index === null ? 'whole period' : spoken(at[index] ?? '');
    for (const [order, { values: all, whole }] of series.entries()) {
      const value = index === null ? null : all[index] ?? null;
      const place = values[order];
      if (place) place.textContent = index === null ? whole : (value === null ? '–' : show(value));
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
function dataOf({ at, series, kind }) {
  const seconds = at.map((time) => Date.parse(time) / 1_000);
  return [seconds, ...(kind === 'bars' ? stacked(series).reverse() : series.map(({ values }) => values))];
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

/** @param {string} time */
const isDay = (time) => !time.includes('T');

/** @param {string} time */
const spoken = (time) => (isDay(time) ? longDay(time) : dateTime(time));

/** @type {Partial<uPlot.Axis>} */
const DAY_AXIS = {
  incrs: [1, 2, 7, 14, 28].map((days) => days * DAY_S),
  values: (_, splits) => splits.map((seconds) => shortDay(new Date(seconds * 1_000).toISOString().slice(0, 10))),
};

/**
 * @param {Chart} chart
 * @param {number} width
 * @param {CSSStyleDeclaration} style  of the element: colors are the page's tokens
 * @param {(index: number | null) => void} onPoint
 * @returns {uPlot.Options}
 */
function optionsFor(chart, width, style, onPoint) {
  const token = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const line = { stroke: token('text-soft'), grid: { stroke: token('line'), width: 1 }, ticks: { show: false },
    font: `12px ${style.fontFamily}` };
  const drawn = chart.series.map((_, index) => seriesOptions(chart, index, token));
  const days = chart.at.every(isDay);
  // Half a day on each side, so that a bar of the first day stands beside the axis.
  const room = days ? DAY_S / 2 : 0;
  // Of a stack the whole is drawn first, and the parts below over it.
  if (chart.kind === 'bars') drawn.reverse();
  return {
    width,
    height: HEIGHT,
    ...(days && { tzDate: (/** @type {number} */ seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC') }),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: chart.kind === 'lines' } },
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
    scales: { x: { range: (_, min, max) => [min - room, max + room] }, y: { range: (_, __, max) => [0, niceTop(max)] } },
    axes: [
      { ...line, grid: { show: false }, size: days ? 30 : 46, space: 64, ...(days && DAY_AXIS) },
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
function seriesOptions({ kind, at, series }, index, token) {
  const color = token(`series-${index + 1}`);
  const label = series[index]?.label ?? '';
  if (kind === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.7, 40], align: 0 });
    // A gap between the parts of a stack, where the bars are wide enough for one.
    const gap = series.length > 1 && at.length <= MOST_POINTS ? 1 : 0;
    return { label, width: gap, stroke: token('surface'), fill: color, points: { show: false }, ...(paths && { paths }) };
  }
  const points = { show: at.length <= MOST_POINTS, size: 6, fill: color, stroke: color };
  return { label, stroke: color, width: 2, dash: DASHES[index] ?? [], points };
}

/**
 * The end of the scale: never less than one, with some room above.
 * @param {number} max
 */
const niceTop = (max) => Math.max(1, max * 1.1);

customElements.define('time-chart', TimeChart);
