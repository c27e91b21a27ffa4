/**
 * What the analysis found out about the model.
 * @import {JobView, MeshFacts} from '../contract.d.ts'
 */
import { dimensions, number, plural } from '../lib/format.js';
import { html } from '../lib/html.js';

/** @param {JobView} job */
export function meshView(job) {
  if (job.mesh) return factsView(job.mesh);
  if (job.mesh_error) return html`<p>The model could not be measured: ${job.mesh_error.message}</p>`;
  return html`<p class="soft">The model is being measured…</p>`;
}

/** @param {MeshFacts} mesh */
const factsView = (mesh) => html`
  <dl class="facts">
    <dt>Size</dt><dd class="numbers">${dimensions(mesh.size_mm)}</dd>
    <dt>Volume</dt><dd class="numbers">${volume(mesh)}</dd>
    <dt>Triangles</dt><dd class="numbers">${number(mesh.triangles)}${mesh.bodies > 1 ? ` in ${mesh.bodies} bodies` : ''}</dd>
    <dt>Watertight</dt><dd>${mesh.watertight ? 'Yes' : html`<span class="badge badge-orange">No</span> ${defects(mesh)}`}</dd>
    ${mesh.verdict.reasons.map(({ severity, message }) => html`
      <dt><span class="badge ${LOOKS[severity]}">${WORDS[severity]}</span></dt><dd>${message}</dd>`)}
  </dl>`;

/** What to look at before approving, worst first. */
const LOOKS = { problem: 'badge-red', warning: 'badge-orange', info: '' };
const WORDS = { problem: 'Problem', warning: 'Check', info: 'Note' };

/** @param {MeshFacts} mesh */
const volume = ({ volume_mm3: mm3, volume_reliable: reliable }) =>
  `${number(mm3 / 1000)} cm³${reliable ? '' : ', uncertain: the surface is not closed'}`;

/** @param {MeshFacts} mesh */
const defects = (mesh) => [
  mesh.open_edges ? plural(mesh.open_edges, 'open edge') : '',
  mesh.non_manifold_edges ? plural(mesh.non_manifold_edges, 'non-manifold edge') : '',
  mesh.flipped_edges ? plural(mesh.flipped_edges, 'flipped edge') : '',
].filter(Boolean).join(', ');
