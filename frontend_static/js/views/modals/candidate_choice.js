/**
 * Which file will be printed: radio buttons over the job's files, the recommended one chosen.
 * @import {CandidateFile} from '../../contract.d.ts'
 */
import { fileFacts } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { platePicture, slicingLine } from '../slicing.js';

/** @param {CandidateFile} file */
const candidate = (file) => html`
  <label class="choice">
    <input type="radio" name="authoritative_filename" value=${file.name} required ?checked=${file.recommended}
      data-label="file to print">
    <span class="choice-text">${file.name}
      <small>${fileFacts(file)}
        ${file.recommended ? html`<span class="badge badge-green">Recommended</span>` : nothing}
        ${slicingLine(file)}</small>
    </span>
    ${platePicture(file)}
  </label>`;

/**
 * @param {CandidateFile[]} files
 * @param {string} error
 */
export const candidateChoice = (files, error) => html`
  <fieldset class="field">
    <legend>File to print</legend>
    <div class="choices">${files.map(candidate)}</div>
    <p class="field-error">${error}</p>
  </fieldset>`;
