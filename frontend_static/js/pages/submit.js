/**
 * The submission form.
 * @import {Catalog, SubmittedJob} from '../contract.d.ts'
 */
import { ApiError } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { createDraft } from '../lib/draft.js';
import { focusFirstProblem, showProblem, showProblems } from '../lib/field_errors.js';
import { hashFile } from '../lib/hash_file.js';
import { html, nothing, render } from '../lib/html.js';
import { completeUpload, getCatalog, startUpload } from '../lib/student_api.js';
import { rememberSubmitted } from '../lib/submitted_job.js';
import { createSubmission } from '../lib/submission.js';
import { offerCatalog, offerForMethod, readFields, readValues, showFile, writeValues } from '../lib/submission_form.js';
import { outcomeOf } from '../lib/submission_outcome.js';
import { aboutFile, problemsOf } from '../lib/submission_rules.js';
import { uploadFile, UploadFailed } from '../lib/upload.js';
import { notice } from '../views/notice.js';
import { outcomeView, progressView } from '../views/submission_progress.js';

/** How old the catalog may be when the student comes back to the page, in ms. */
const CATALOG_FRESH_MS = 5 * 60_000;

const form = /** @type {HTMLFormElement} */ (document.getElementById('submit-form'));
const fieldset = /** @type {HTMLFieldSetElement} */ (document.getElementById('form-fields'));
const fileInput = /** @type {HTMLInputElement} */ (document.getElementById('file'));
const dropArea = /** @type {HTMLElement} */ (document.getElementById('drop'));
const actions = /** @type {HTMLElement} */ (document.getElementById('form-actions'));
const statusPlace = /** @type {HTMLElement} */ (document.getElementById('form-status'));
const noticePlace = /** @type {HTMLElement} */ (document.getElementById('form-notice'));

const draft = createDraft('printlab.form');
const steps = { hash: hashFile, announce: startUpload, upload: uploadFile, complete: completeUpload };

/** @type {Catalog | null} */
let catalog = null;
let catalogLoadedAt = 0;
/** The submission of exactly what the form holds now. @type {ReturnType<typeof createSubmission> | null} */
let submission = null;
/** @type {AbortController | null} */
let running = null;

const pickedFile = () => fileInput.files?.[0] ?? null;

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

/** Loads the catalog and puts back what was typed before a reload; colors and printers follow the method. */
async function start() {
  const kept = draft.read();
  writeValues(form, kept);
  await loadCatalog();
  if (!catalog) return;
  writeValues(form, kept);
  offerForMethod(form, catalog);
  writeValues(form, kept);
}

/** @param {Event} event */
function onEdit(event) {
  submission = null;
  const control = /** @type {HTMLInputElement} */ (event.target);
  if (control === fileInput) showFile(dropArea, pickedFile());
  if (control.name === 'method' && catalog) offerForMethod(form, catalog);
  draft.write(readValues(form));
  const visited = control.getAttribute('aria-invalid') === 'true' || control === fileInput || control.tagName === 'SELECT';
  if (visited) checkField(control.name);
}

/** @param {FocusEvent} event */
function onLeave(event) {
  const control = event.target;
  if (control instanceof HTMLInputElement && control.value && control !== fileInput) checkField(control.name);
}

/** @param {string} name */
function checkField(name) {
  if (!catalog) return;
  const problems = name === 'file' ? aboutFile(pickedFile(), catalog) : problemsOf(readFields(form), null, catalog);
  showProblem(form, name, problems[name] ?? '');
}

/** @param {SubmitEvent} event */
async function onSubmit(event) {
  event.preventDefault();
  if (!catalog || running) return;
  const file = pickedFile();
  const problems = problemsOf(readFields(form), file, catalog);
  showProblems(form, problems);
  render(nothing, statusPlace);
  if (!file || Object.keys(problems).length > 0) {
    focusFirstProblem(form);
    return;
  }
  submission ??= createSubmission(readFields(form), file, steps);
  await run(submission, file);
}

/**
 * @param {ReturnType<typeof createSubmission>} current
 * @param {File} file
 */
async function run(current, file) {
  const controller = new AbortController();
  setRunning(controller);
  const cancel = () => controller.abort();
  try {
    finish(await current.run((progress) => render(progressView(progress, file, cancel), statusPlace), controller.signal));
  } catch (error) {
    setRunning(null);
    if (error instanceof UploadFailed && error.status > 0) current.startOver();
    await showFailure(error);
  }
}

/** @param {SubmittedJob} job */
function finish(job) {
  draft.clear();
  rememberSubmitted(job);
  running = null;
  location.assign(`/submit/success?job=${encodeURIComponent(job.id)}`);
}

/** @param {unknown} error */
async function showFailure(error) {
  const outcome = outcomeOf(error, now());
  render(outcomeView(outcome, () => form.requestSubmit()), statusPlace);
  if (!outcome.fields) return;
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
for (const type of ['dragenter', 'dragleave', 'drop']) {
  dropArea.addEventListener(type, () => dropArea.classList.toggle('over', type === 'dragenter'));
}
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
