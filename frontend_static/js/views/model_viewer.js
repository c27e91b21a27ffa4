/**
 * The 3D view of a model as a part of a page: a canvas, its buttons, and a sentence where nothing can be drawn.
 * three.js is loaded when the first model is shown.
 *
 * Mouse: drag turns, wheel zooms, right drag moves. Touch: one finger turns, two zoom and move. Keyboard: arrows turn,
 * with Shift they move, + and - zoom, 0 goes back to the first view.
 *
 * @import {Mesh} from '../lib/model/mesh.js'
 * @import {Place, Stage} from '../lib/model/scene.js'
 */
import { html, nothing, render } from '../lib/html.js';

const TURN = Math.PI / 12;
const STEP_PX = 40;
const NEARER = 0.8;

const LOADING = 'Loading the 3D view…';
const NO_VIEW = 'This browser cannot show the model in 3D. The measurements are right all the same.';
const LOST_VIEW = 'The 3D view was stopped by the browser. It comes back when the graphics card has time again.';

/**
 * @typedef {Object} Viewer
 * @property {(mesh: Mesh) => Promise<void>} load    takes the place of the model shown before
 * @property {(place: Place | null) => void} show    on the plate of this printer, turned as it fits there
 * @property {(color: string | null) => void} paint  a CSS color, or null for the accent
 * @property {() => void} dispose                    frees the graphics memory
 */

/**
 * @param {HTMLElement} root  becomes the view; it should have its size from a style sheet
 * @param {string} name       of the model, for screen readers
 * @param {{inPage?: boolean}} [options]  inPage: the wheel scrolls the page until the view has the focus
 * @returns {Viewer}
 */
export function mountViewer(root, name, { inPage = false } = {}) {
  /** @type {Stage | null} */
  let stage = null;
  /** @type {Place | null} */
  let place = null;
  /** @type {string | null} */
  let color = null;
  let wanted = 0;
  const draw = (/** @type {string} */ text) => render(viewerView(name, text, () => stage), root);
  const clear = () => {
    wanted += 1;
    stage?.dispose();
    stage = null;
    render(nothing, root);
  };

  root.addEventListener('wheel', (event) => {
    if (inPage && event.target !== document.activeElement) event.stopPropagation();
  }, { capture: true, passive: true });

  return {
    async load(mesh) {
      clear();
      const mine = wanted;
      draw(LOADING);
      try {
        const { Stage } = await import('../lib/model/scene.js');
        if (mine !== wanted) return;
        const canvas = /** @type {HTMLCanvasElement} */ (root.querySelector('canvas'));
        stage = new Stage(canvas, mesh);
        canvas.addEventListener('webglcontextlost', () => mine === wanted && draw(LOST_VIEW));
        canvas.addEventListener('webglcontextrestored', () => mine === wanted && draw(''));
        stage.paint(color);
        stage.show(place);
        draw('');
      } catch {
        if (mine === wanted) draw(NO_VIEW);
      }
    },
    show(next) {
      place = next;
      stage?.show(place);
    },
    paint(next) {
      color = next;
      stage?.paint(color);
    },
    dispose: clear,
  };
}

/**
 * @param {string} name
 * @param {string} text  what stands in the place of the view, "" when it is there
 * @param {() => Stage | null} stage
 */
const viewerView = (name, text, stage) => html`
  <canvas class="viewer-canvas" tabindex=${text ? '-1' : '0'} role="application"
    aria-label="3D view of ${name}. Arrow keys turn it, plus and minus zoom, 0 resets." @keydown=${onKey(stage)}></canvas>
  ${text ? html`<p class="viewer-text">${text}</p>` : html`
    <div class="viewer-tools">
      <button class="button button-icon" type="button" aria-label="Zoom in" @click=${() => stage()?.zoom(NEARER)}>+</button>
      <button class="button button-icon" type="button" aria-label="Zoom out" @click=${() => stage()?.zoom(1 / NEARER)}>−</button>
      <button class="button" type="button" @click=${() => stage()?.reset()}>Reset view</button>
    </div>`}`;

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {() => Stage | null} current */
const onKey = (current) => (/** @type {KeyboardEvent} */ event) => {
  const stage = current();
  const arrow = ARROWS[event.key];
  if (!stage || event.ctrlKey || event.metaKey || event.altKey) return;
  if (arrow && event.shiftKey) stage.pan(arrow[0] * STEP_PX, arrow[1] * STEP_PX);
  else if (arrow) stage.turn(arrow[0] * TURN, arrow[1] * TURN);
  else if (event.key === '+' || event.key === '=') stage.zoom(NEARER);
  else if (event.key === '-') stage.zoom(1 / NEARER);
  else if (event.key === '0') stage.reset();
  else return;
  event.preventDefault();
};
