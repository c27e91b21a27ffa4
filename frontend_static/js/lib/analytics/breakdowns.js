/**
 * Figures without days: whom and what the period's work fell on.
 * @import {Overview, Resources, Slice, StaffPage, StudentsPage} from '../../contract.d.ts'
 * @import {Figure} from './figures.js'
 */
import { eventTitle } from '../event_text.js';
import { age, number, plural } from '../format.js';
import { sum } from './period.js';

/**
 * @param {Resources} resources
 * @returns {Figure}
 */
export const byPrinter = ({ printers }) => ({
  id: 'printers', title: 'Printers',
  sentence: leading(printers, (slice) => slice.totals.completed, 'completed print'),
  table: {
    columns: [
      { label: 'Printer', kind: 'text' }, { label: 'Completed', kind: 'count' }, { label: 'Failed', kind: 'count' },
      { label: 'Printing time', kind: 'hours' }, { label: 'Material', kind: 'grams' },
    ],
    rows: printers.map(({ name, totals }) => [name, totals.completed, totals.failed, totals.print_hours,
      totals.completed_grams]),
  },
  bars: 1,
});

/**
 * @param {Resources} resources
 * @returns {Figure}
 */
export const byMaterial = ({ materials }) => ({
  id: 'materials', title: 'Material printed',
  sentence: materials.length
    ? `${number(Math.round(materials.reduce((all, { totals }) => all + totals.completed_grams,
      0)))} g in ${plural(materials.length, 'material')}.`
    : 'Nothing was printed.',
  table: {
    columns: [{ label: 'Material', kind: 'text' }, { label: 'Weight', kind: 'grams' }, { label: 'Prints', kind: 'count' }],
    rows: materials.map(({ name, totals }) => [name, totals.completed_grams, totals.completed]),
  },
  bars: 1,
});

/**
 * @param {Resources} resources
 * @returns {Figure}
 */
export const byDiscipline = ({ disciplines }) => ({
  id: 'disciplines', title: 'Disciplines',
  sentence: leading(disciplines, (slice) => slice.totals.submitted, 'submission'),
  table: {
    columns: [{ label: 'Discipline', kind: 'text' }, { label: 'Submitted', kind: 'count' },
      { label: 'Completed', kind: 'count' }],
    rows: disciplines.map(({ name, totals }) => [name, totals.submitted, totals.completed]),
  },
  bars: 1,
});

/**
 * @param {Overview} overview
 * @param {number} now ms
 * @returns {Figure}
 */
export const queueNow = ({ queue }, now) => {
  const waiting = queue.filter(({ jobs, oldest }) => jobs && oldest);
  const [longest] = [...waiting].sort((a, b) => String(a.oldest).localeCompare(String(b.oldest)));
  return {
    id: 'queue', title: 'The queue now',
    sentence: longest
      ? `${plural(waiting.reduce((all, { jobs }) => all + jobs, 0),
        'job')} in work. The oldest is in ${longest.status_label} and came in ${
        age(String(longest.oldest), now)}.`
      : 'Nothing is waiting.',
    table: {
      columns: [{ label: 'Status', kind: 'text' }, { label: 'Jobs', kind: 'count' },
        { label: 'Oldest came in', kind: 'time' }],
      rows: queue.map(({ status_label: label, jobs, oldest }) => [label, jobs, oldest]),
    },
    bars: 1,
  };
};

/**
 * @param {Overview} overview
 * @returns {Figure}
 */
export const byReason = ({ rejections }) => ({
  id: 'rejections', title: 'Why models were rejected',
  sentence: rejections[0]
    ? `Most often: ${rejections[0].reason} (${plural(rejections[0].count, 'time')}). One model may have several reasons.`
    : 'No model was rejected for one of the usual reasons.',
  table: {
    columns: [{ label: 'Reason', kind: 'text' }, { label: 'Times', kind: 'count' }],
    rows: rejections.map(({ reason, count }) => [reason, count]),
  },
  bars: 1,
});

/** How many kinds of activity have a column; the others share one. */
const MOST_KINDS = 5;

/**
 * @param {StaffPage} page
 * @returns {Figure}
 */
export const byPerson = ({ staff }) => {
  /** @type {Map<string, number>} */
  const kinds = new Map();
  for (const [kind, count] of staff.flatMap(({ events }) => Object.entries(events))) kinds.set(kind,
    (kinds.get(kind) ?? 0) + count);
  const shown = [...kinds].sort((a, b) => b[1] - a[1]).slice(0, MOST_KINDS).map(([kind]) => kind);
  const columns = [...shown.map(eventTitle), ...(kinds.size > MOST_KINDS ? ['Other'] : [])];
  return {
    id: 'staff', title: 'Staff activity',
    sentence: staff[0] ? `${staff[0].name} did the most: ${plural(staff[0].actions, 'action')}.`
      : 'Nobody has done anything yet.',
    table: {
      columns: [
        { label: 'Name', kind: 'text' }, { label: 'Actions', kind: 'count' },
        ...columns.map((label) => ({ label, kind: /** @type {const} */ ('count') })),
      ],
      rows: staff.map(({ name, is_active: active, actions, events }) => {
        const counts = shown.map((kind) => events[kind] ?? 0);
        const others = columns.length > shown.length ? [actions - sum(counts)] : [];
        return [active ? name : `${name} (inactive)`, actions, ...counts, ...others];
      }),
    },
    bars: 1,
  };
};

/**
 * @param {StudentsPage} page
 * @returns {Figure}
 */
export const byStudent = ({ students, total, complete }) => ({
  id: 'students', title: 'Students',
  sentence: `${total > students.length ? `The ${students.length} with the most jobs, of ${plural(total, 'student')}.`
    : `${plural(total, 'student')} submitted something.`} Only jobs that still exist are counted${
    complete ? '' : ', and not all of them: the period holds too many'}.`,
  table: {
    columns: [
      { label: 'Student', kind: 'text' }, { label: 'Jobs', kind: 'count' }, { label: 'E-mail', kind: 'text' },
      { label: 'Disciplines', kind: 'text' }, { label: 'Cost', kind: 'money' }, { label: 'Last submission', kind: 'time' },
    ],
    rows: students.map((one) =>
      [one.student_name, one.jobs, one.student_email, one.disciplines.join(', '),
        one.cost_cents || null, one.last_submitted_at]),
  },
  bars: 1,
});

/**
 * @param {Slice[]} slices
 * @param {(slice: Slice) => number} of
 * @param {string} unit
 */
function leading(slices, of, unit) {
  const [first] = [...slices].sort((a, b) => of(b) - of(a));
  return first && of(first) > 0 ? `${first.name} leads with ${plural(of(first), unit)}.` : `There was no ${unit}.`;
}
