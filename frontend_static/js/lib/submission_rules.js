/**
 * What the form checks before it asks the server, which checks everything again.
 * @import {Catalog, SubmissionFields} from '../contract.d.ts'
 */
import { colorsFor, printersFor } from './catalog.js';
import { fileSize } from './format.js';

/** One character before the @, a dot after it, no blanks: the server knows the finer rules. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/;

/** @typedef {Record<string, string>} Problems  message by field name */

/**
 * @param {SubmissionFields} form
 * @param {{name: string, size: number} | null} file
 * @param {Catalog} catalog
 * @returns {Problems} empty when all is well
 */
export function problemsOf(form, file, catalog) {
  return { ...aboutStudent(form), ...aboutChoice(form, catalog), ...aboutFile(file, catalog) };
}

/**
 * @param {SubmissionFields} form
 * @returns {Problems}
 */
function aboutStudent(form) {
  /** @type {Problems} */
  const problems = {};
  const nameLength = form.student_name.trim().length;
  const classLength = form.class_number.trim().length;
  if (nameLength < 2 || nameLength > 100) problems['student_name'] = 'Give your name, 2 to 100 characters.';
  if (!EMAIL.test(form.student_email) || form.student_email.length > 100) {
    problems['student_email'] = 'Give an e-mail address such as jane@example.edu.';
  }
  if (!form.discipline) problems['discipline'] = 'Choose your discipline.';
  if (classLength < 1 || classLength > 50) problems['class_number'] = 'Give a class number such as ARCH 4000, or N/A.';
  return problems;
}

/**
 * @param {SubmissionFields} form
 * @param {Catalog} catalog
 * @returns {Problems}
 */
function aboutChoice(form, catalog) {
  /** @type {Problems} */
  const problems = {};
  const printers = printersFor(catalog, form.method).map((printer) => printer.id);
  if (!form.method) problems['method'] = 'Choose a print method.';
  if (!colorsFor(catalog, form.method).includes(form.color)) {
    problems['color'] = form.method ? 'Choose a color.' : 'Choose the print method first, then a color.';
  }
  if (!printers.includes(form.printer)) {
    problems['printer'] = form.method ? 'Choose a printer.' : 'Choose the print method first, then a printer.';
  }
  if (!form.acknowledged_minimum_charge) {
    problems['acknowledged_minimum_charge'] = 'We can only take a job when you accept the minimum charge.';
  }
  return problems;
}

/**
 * @param {{name: string, size: number} | null} file
 * @param {Catalog} catalog
 * @returns {Problems}
 */
export function aboutFile(file, catalog) {
  if (!file) return { file: 'Choose your model file.' };
  const ending = file.name.slice(file.name.lastIndexOf('.')).toLowerCase();
  if (!catalog.extensions.includes(ending)) {
    return { file: `This is not a model we can print. Export it as ${catalog.extensions.join(', ')}.` };
  }
  if (file.size < catalog.min_file_bytes) {
    return { file: `The file is smaller than ${fileSize(catalog.min_file_bytes)}: it holds no model. Export it again.` };
  }
  if (file.size > catalog.max_file_bytes) {
    return { file: `The file is larger than ${fileSize(catalog.max_file_bytes)}. Simplify the model and export it again.` };
  }
  return {};
}

/** Fields of the API that the form shows as one: the file. */
const FILE_FIELDS = new Set(['filename', 'size', 'sha256', 'file']);

/**
 * The server's messages under the form's own field names.
 * @param {Record<string, string>} fields
 * @returns {Problems}
 */
export const fromServer = (fields) => Object.fromEntries(
  Object.entries(fields).map(([name, message]) => [FILE_FIELDS.has(name) ? 'file' : name, message]),
);
