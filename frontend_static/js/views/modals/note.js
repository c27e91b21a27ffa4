/**
 * @import {SpecMaker} from './action.js'
 */
import { html } from '../../lib/html.js';
import { addNote } from '../../lib/staff_api.js';
import { textArea } from '../field.js';

/** Characters of one note, and of all notes of a job together. */
const NOTE_MAX = 1000;
const ALL_NOTES_MAX = 5000;

/** @type {SpecMaker} */
export const note = (_desk, redraw) => {
  let length = 0;
  return {
    title: 'Add a note',
    submitLabel: 'Save note',
    tone: 'primary',
    path: 'notes',
    allowed: () => true,
    onInput(form) {
      length = String(form.get('text')).length;
      redraw();
    },
    missing: (form) => (String(form.get('text')).trim() ? [] : ['some text']),
    body(job, errors) {
      const left = ALL_NOTES_MAX - job.notes.reduce((sum, { text }) => sum + text.length, 0);
      const max = Math.max(0, Math.min(NOTE_MAX, left));
      const hint = html`<span class="numbers">${length} of ${max} characters.</span> Students never see notes.`;
      return textArea('text', 'Note for the staff', { max, hint, error: errors['text'] ?? '' });
    },
    read: (form) => ({ text: String(form.get('text')).trim() }),
    send: (job, body) => addNote(job.id, { staff_name: body.staff_name, text: String(body['text']) }),
    done: (job) => `Note saved: ${job.display_name}`,
  };
};
