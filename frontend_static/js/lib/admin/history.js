/**
 * The samples of the watch as figures: how fast components answered, and what waited.
 * @import {HistoryPoint, SampleHistory} from '../../contract.d.ts'
 * @import {Chart} from '../chart.js'
 * @import {Table} from '../table.js'
 */
import { number, plural } from '../format.js';

/** @typedef {{id: string, title: string, sentence: string, chart: Chart, table: Table}} HistoryFigure */

/**
 * @param {SampleHistory} history
 * @returns {HistoryFigure[]}
 */
export const historyFigures = ({ samples }) => [latency(samples), waiting(samples)];

/** @param {HistoryPoint[]} samples @param {(sample: HistoryPoint) => Record<string, unknown>} of */
const namesIn = (samples, of) => [...new Set(samples.flatMap((sample) => Object.keys(of(sample))))];

/** @param {HistoryPoint[]} samples @returns {HistoryFigure} */
function latency(samples) {
  const series = namesIn(samples, (sample) => sample.latency_ms).map((name) => {
    const values = samples.map((sample) => sample.latency_ms[name] ?? null);
    const known = values.filter((value) => value !== null).sort((a, b) => a - b);
    return { label: name, values, whole: `${number(known[Math.floor(known.length / 2)] ?? 0)} ms` };
  });
  const down = samples.filter((sample) => Object.values(sample.latency_ms).includes(null)).length;
  const sentence = down ? `In ${plural(down, 'sample')} of ${samples.length} a component was down.`
    : `Every component answered in all ${plural(samples.length, 'sample')}. Beside the names: the median.`;
  return figure('latency', 'Answering times of the components', sentence, samples, series,
    (value) => `${number(value)} ms`, ' (ms)');
}

/** @param {HistoryPoint[]} samples @returns {HistoryFigure} */
function waiting(samples) {
  const counts = [
    ...namesIn(samples, (sample) => sample.outbox).map((name) => ({ label: `${name} waiting`,
      of: (/** @type {HistoryPoint} */ sample) => sample.outbox[name] ?? 0 })),
    { label: 'failed mails', of: (/** @type {HistoryPoint} */ sample) => sample.failed_mails },
    { label: 'put aside', of: (/** @type {HistoryPoint} */ sample) => Object.values(sample.dead_letters).reduce((all,
      count) => all + count, 0) },
  ];
  const series = counts.map(({ label, of }) => {
    const values = samples.map(of);
    return { label, values, whole: `at most ${Math.max(0, ...values)}` };
  });
  const most = Math.max(0, ...series.flatMap(({ values }) => values));
  const sentence = most ? `At most ${most} of a kind waited at the same time.` : 'Nothing waited and nothing was given up.';
  return figure('waiting', 'Work that waited', sentence, samples, series,
    (value) => (Number.isInteger(value) ? number(value) : ''), '');
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} sentence
 * @param {HistoryPoint[]} samples
 * @param {Chart['series']} series
 * @param {(value: number) => string} show
 * @param {string} unit
 * @returns {HistoryFigure}
 */
const figure = (id, title, sentence, samples, series, show, unit) => ({
  id, title, sentence,
  chart: { at: samples.map(({ at }) => at), series, kind: 'lines', show },
  table: {
    columns: [{ label: 'Time', kind: 'time' },
      ...series.map(({ label }) => ({ label: `${label}${unit}`, kind: /** @type {const} */ ('count') }))],
    rows: samples.map(({ at }, index) => [at, ...series.map(({ values }) => values[index] ?? null)]),
  },
});
