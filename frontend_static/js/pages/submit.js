/**
 * The submission form.
 * @import {Catalog, SubmittedJob} from '../contract.d.ts'
 * @import {Submission} from '../lib/submission.js'
 * @import {Outcome} from '../lib/submission_outcome.js'
 */
import { ApiError } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { createConnection } from '../lib/connection.js';
import { createDraft } from '../lib/draft.js';
import { focusFirstProblem, showProblem, showProblems } from '../lib/field_errors.js';
import { hashFile } from '../lib/hash_file.js';
import { html, nothing, render } from '../lib/html.js';
import { forgetFile } from '../lib/kept_file.js';
import { createModelCheck } from '../lib/model_check.js';
import { createFilePicker } from '../lib/picked_file.js';
import { completeUpload, getCatalog, startUpload } from '../lib/student_api.js';
import { createSubmission } from '../lib/submission.js';
import { choosePrinter, offerCatalog, offerForMethod, readFields, readValues, writeValues } from '../lib/submission_form.js';
import { createMemory, forgetSubmission, wasInterrupted } from '../lib/submission_memory.js';
import { outcomeOf } from '../lib/submission_outcome.js';
import { aboutFile, problemsOf } from '../lib/submission_rules.js';
import { runToTheEnd } from '../lib/submission_run.js';
import { rememberSubmitted } from '../lib/submitted_job.js';
import { uploadFile } from '../lib/upload.js';
import { notice } from '../views/notice.js';
import { createProgressView, outcomeView } from '../views/submission_progress.js';

/** How old the catalog may be when the student comes back to the page, in ms. */
const CATALOG_FRESH_MS = 5 * 60_000;

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (element('submit-form'));
const fieldset = /** @type {HTMLFieldSetElement} */ (element('form-fields'));
const fileInput = /** @type {HTMLInputElement} */ (element('file'));
const actions = element('form-actions');
const submitButton = element('submit-button');
const statusPlace = element('form-status');
const noticePlace = element('form-notice');

const draft = createDraft('printlab.form');
const steps = { hash: hashFile, announce: startUpload, upload: uploadFile, complete: completeUpload };
const connection = createConnection();
const picker = createFilePicker(fileInput, element('drop'));
const modelCheck = createModelCheck(element('model-panel'), { onChoose: onPrinterOffered, onRefused: onModelRefused });

/** @type {Catalog | null} */
let catalog = null;
let catalogLoadedAt = 0;
/** Why the picked file is certainly no printable model. */
let modelProblem = '';
/** @type {AbortController | null} */
let running = null;

async function loadCatalog() {
  try {
    catalog = await getCatalog();
    catalogLoadedAt = now();
    offerCatalog(form, catalog);
    render(nothing, noticePlace);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!catalog) render(catalogNotice(error), noticePlace);
  }
}

/** @param {ApiError} error */
const catalogNotice = (error) => notice('bad', 'The print methods could not be loaded', error.message,
  html`<p><button class="button" type="button" @click=${start}>Try again</button></p>`);

/** Loads the catalog and puts back what was typed and picked before a reload; colors and printers follow the method. */
async function start() {
  const kept = draft.read();
  writeValues(form, kept);
  await loadCatalog();
  if (!catalog) return;
  writeValues(form, kept);
  offerForMethod(form, catalog);
  writeValues(form, kept);
  if (!(await picker.restore())) return;
  await checkModel();
  checkField('file');
  if (wasInterrupted()) {
    render(notice('info', 'Your upload was interrupted', 'Your entries and your file are still here: submit again, and it goes on.'),
      statusPlace);
  }
}

/** @param {Event} event */
function onEdit(event) {
  const control = /** @type {HTMLInputElement} */ (event.target);
  if (control.name === 'method' && catalog) offerForMethod(form, catalog);
  draft.write(readValues(form));
  if (control === fileInput) {
    picker.changed();
    void checkModel();
  } else if (catalog) modelCheck.update(choices());
  const visited = control.getAttribute('aria-invalid') === 'true' || control === fileInput || control.tagName === 'SELECT';
  if (visited) checkField(control.name);
}

/** What the look at the model depends on. */
function choices() {
  const { method, printer, color } = readFields(form);
  return { catalog: /** @type {Catalog} */ (catalog), method, printer, color };
}

async function checkModel() {
  modelProblem = '';
  const file = picker.current();
  const fitToLookAt = file && catalog && Object.keys(aboutFile(file, catalog)).length === 0;
  if (file && catalog && !fitToLookAt) picker.refuse();
  await modelCheck.look(fitToLookAt ? file : null, choices);
}

/** @param {string} message */
function onModelRefused(message) {
  modelProblem = message;
  picker.refuse();
  showProblem(form, 'file', message);
}

/**
 * @param {string} method
 * @param {string} printer
 */
function onPrinterOffered(method, printer) {
  if (!catalog) return;
  choosePrinter(form, catalog, method, printer);
  draft.write(readValues(form));
  checkField('printer');
  modelCheck.update(choices());
}

/** @param {FocusEvent} event */
function onLeave(event) {
  const control = event.target;
  if (control instanceof HTMLInputElement && control.value && control !== fileInput) checkField(control.name);
}

/** @param {string} name */
function checkField(name) {
  if (catalog) showProblem(form, name, problems(catalog)[name] ?? '');
}

/** @param {Catalog} offer */
const problems = (offer) => {
  const found = problemsOf(readFields(form), picker.current(), offer);
  return modelProblem && !found['file'] ? { ...found, file: modelProblem } : found;
};

/** @param {SubmitEvent} event */
async function onSubmit(event) {
  event.preventDefault();
  if (!catalog || running) return;
  const file = picker.current();
  const found = problems(catalog);
  showProblems(form, found);
  render(nothing, statusPlace);
  if (!file || Object.keys(found).length > 0) {
    focusFirstProblem(form);
    return;
  }
  const fields = readFields(form);
  await run(createSubmission(fields, file, steps, createMemory(fields, file)), file);
}

/**
 * @param {Submission} submission
 * @param {File} file
 */
async function run(submission, file) {
  const controller = new AbortController();
  const view = createProgressView(file, { cancel: () => controller.abort(), tryNow: connection.tryNow });
  setRunning(controller);
  try {
    finish(await runToTheEnd(submission, (progress) => render(view(progress), statusPlace), controller.signal, connection));
  } catch (error) {
    setRunning(null);
    // What the server has decided, and what was given up before it arrived, is not gone on with after a reload.
    if (error instanceof ApiError || !submission.hasArrived()) forgetSubmission();
    await showFailure(outcomeOf(error, now(), submission.hasArrived()));
  }
}

/** @param {SubmittedJob} job */
function finish(job) {
  draft.clear();
  forgetSubmission();
  rememberSubmitted(job);
  running = null;
  void forgetFile().then(() => location.assign(`/submit/success?job=${encodeURIComponent(job.id)}`));
}

/** @param {Outcome} outcome */
async function showFailure(outcome) {
  render(outcomeView(outcome, () => form.requestSubmit()), statusPlace);
  if (!outcome.fields) {
    // What had the focus, the button to submit or to cancel, has left the page.
    submitButton.focus();
    return;
  }
  if (outcome.fields['file']) picker.refuse();
  // A choice that was refused may have left the catalog meanwhile.
  await loadCatalog();
  showProblems(form, outcome.fields);
  focusFirstProblem(form);
}

/** @param {AbortController | null} controller of the submission under way */
function setRunning(controller) {
  running = controller;
  fieldset.disabled = Boolean(controller);
  actions.hidden = Boolean(controller);
}

form.addEventListener('submit', onSubmit);
form.addEventListener('input', onEdit);
form.addEventListener('focusout', onLeave);
addEventListener('beforeunload', (event) => {
  if (running) event.preventDefault();
});
// A page taken back from the browser's memory would still show the finished upload.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !running && now() - catalogLoadedAt > CATALOG_FRESH_MS) void loadCatalog();
});
void start();
