/**
 * What the analysis found out about the model.
 * @import {JobView, MeshFacts} from '../contract.d.ts'
 */
import { dimensions, millimetres, number, plural } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';

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
    ${mesh.unit_suspicion ? html`
      <dt>Units</dt>
      <dd><span class="badge badge-orange">Check</span> Looks like ${mesh.unit_suspicion.unit}:
        then it is ${millimetres(mesh.unit_suspicion.size_mm)}</dd>` : nothing}
  </dl>`;

/** @param {MeshFacts} mesh */
const volume = ({ volume_mm3: mm3, volume_reliable: reliable }) =>
  `${number(mm3 / 1000)} cm³${reliable ? '' : ', uncertain: the surface is not closed'}`;

/** @param {MeshFacts} mesh */
const defects = (mesh) => [
  mesh.open_edges ? plural(mesh.open_edges, 'open edge') : '',
  mesh.non_manifold_edges ? plural(mesh.non_manifold_edges, 'non-manifold edge') : '',
  mesh.flipped_edges ? plural(mesh.flipped_edges, 'flipped edge') : '',
].filter(Boolean).join(', ');
