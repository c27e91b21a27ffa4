/**
 * A model on the build plate of a printer, drawn with three.js. Nothing is drawn but after a change.
 * Import it dynamically: it brings three.js along.
 * @import {Mesh as Model, Vector} from './mesh.js'
 * @import {Fit} from './fit.js'
 */
import {
  BufferAttribute, BufferGeometry, Color, DirectionalLight, DoubleSide, Group, HemisphereLight, Mesh, MeshStandardMaterial,
  OrbitControls, PerspectiveCamera, Scene, Sphere, Vector3, WebGLRenderer,
} from '../three.js';
import { at, diagonalOf, sidesOf } from './mesh.js';
import { createPlate } from './plate.js';
import { poseOf } from './pose.js';

/** From where the model is looked at first: from the front, a little to the right and from above. */
const LOOK_FROM = new Vector3(0.55, -1, 0.62).normalize();
const FIELD_OF_VIEW = 32;
/** How much of the plate is to be seen around a small model, as part of the plate's own size. */
const SURROUNDINGS = 0.42;

/** The printer's plate, how the model is turned on it, and whether it fits there. @typedef {{volume: Vector, fit: Fit}} Place */

/**
 * @typedef {Object} Stage
 * @property {(place: Place | null) => void} show     on the plate of this printer, or on none
 * @property {(color: string | null) => void} paint   a CSS color, or the accent
 * @property {() => void} reset                       look from the first point of view again
 * @property {(left: number, up: number) => void} turn  radians
 * @property {(left: number, up: number) => void} pan   pixels
 * @property {(factor: number) => void} zoom          below 1: nearer
 * @property {() => void} dispose
 */

/**
 * Throws where there is no WebGL.
 * @param {HTMLCanvasElement} canvas
 * @param {Model} model
 * @returns {Stage}
 */
export function createStage(canvas, model) {
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
  const scene = new Scene();
  const camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 1, 1000);
  const body = bodyOf(model);
  const plate = createPlate();
  const draw = oncePerFrame(() => renderer.render(scene, camera));
  const controls = controlsOf(camera, canvas, draw);
  scene.add(new HemisphereLight(0xffffff, 0x8a8f98, 1.6), body.turned, plate.group, camera);
  camera.add(lamp());
  /** @type {Place | null} */
  let place = null;
  /** @type {string | null} */
  let color = null;

  const recolor = () => {
    const tokens = getComputedStyle(canvas);
    body.material.color = new Color(color ?? tokens.getPropertyValue('--accent').trim());
    plate.recolor(tokens, place?.fit ?? null);
    draw();
  };
  const reset = () => {
    frame(camera, controls, model, place);
    draw();
  };
  const watched = watch(canvas, recolor, (width, height) => {
    renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    renderer.setSize(width, height, false);
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    renderer.render(scene, camera);
  });
  canvas.addEventListener('webglcontextrestored', draw);

  return {
    show(next) {
      place = next;
      body.turned.matrix = poseOf(model, place?.fit ?? null);
      plate.show(place?.volume ?? null);
      recolor();
      reset();
    },
    paint(next) {
      color = next;
      recolor();
    },
    reset,
    turn(left, up) {
      controls.rotateLeft(left);
      controls.rotateUp(up);
    },
    pan: (left, up) => controls.pan(left, up),
    zoom: (factor) => (factor < 1 ? controls.dollyIn(factor) : controls.dollyOut(1 / factor)),
    dispose() {
      watched.stop();
      draw.cancel();
      canvas.removeEventListener('webglcontextrestored', draw);
      controls.dispose();
      plate.dispose();
      body.dispose();
      renderer.dispose();
      renderer.forceContextLoss();
    },
  };
}

/** @param {Model} model */
function bodyOf(model) {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(model.triangles, 3));
  // Given, so that three.js need not go through millions of corners for it.
  geometry.boundingSphere = new Sphere(middleOf(model), diagonalOf(model) / 2);
  // Both sides, because files with holes or faces turned inwards must be seen as they are.
  const material = new MeshStandardMaterial({ flatShading: true, roughness: 0.62, metalness: 0, side: DoubleSide });
  const turned = new Group();
  turned.matrixAutoUpdate = false;
  turned.add(new Mesh(geometry, material));
  return {
    turned,
    material,
    dispose() {
      geometry.dispose();
      material.dispose();
    },
  };
}

/** @param {Model} model */
const middleOf = ({ low, high }) => new Vector3(...low).add(new Vector3(...high)).multiplyScalar(0.5);

/** Goes with the camera: what is looked at is lit. */
function lamp() {
  const light = new DirectionalLight(0xffffff, 2.6);
  light.position.set(-0.6, 0.9, 1);
  return light;
}

/**
 * @param {PerspectiveCamera} camera
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} draw
 */
function controlsOf(camera, canvas, draw) {
  camera.up.set(0, 0, 1);
  const controls = new OrbitControls(camera, canvas);
  controls.zoomSpeed = 1.4;
  controls.addEventListener('change', draw);
  // A finger that moves up or down scrolls the page: the view must not be a trap on a phone.
  canvas.style.touchAction = 'pan-y';
  return controls;
}

/**
 * Puts the camera where the model fills the view and still shows what it stands on; all of both if it does not fit.
 * @param {PerspectiveCamera} camera
 * @param {OrbitControls} controls
 * @param {Model} model
 * @param {Place | null} place
 */
function frame(camera, controls, model, place) {
  const height = at(sidesOf(model), place?.fit.sides[2] ?? 2);
  const around = place ? Math.hypot(...place.volume) / 2 : 0;
  const whole = place?.fit.way === 'none';
  const radius = Math.max(diagonalOf(model) / 2, whole ? around : around * SURROUNDINGS) * 1.08;
  const distance = radius / Math.sin((FIELD_OF_VIEW / 2) * (Math.PI / 180)) / Math.min(1, camera.aspect);
  controls.target.set(0, 0, whole && place ? Math.max(height, place.volume[2]) / 2 : height / 2);
  camera.position.copy(controls.target).addScaledVector(LOOK_FROM, distance);
  camera.near = distance / 200;
  camera.far = distance * 20;
  camera.updateProjectionMatrix();
  controls.minDistance = distance / 40;
  controls.maxDistance = distance * 6;
  controls.update();
}

/**
 * Calls back for new colors and sizes.
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} onColors
 * @param {(width: number, height: number) => void} onSize
 */
function watch(canvas, onColors, onSize) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const sizes = new ResizeObserver(() => {
    if (canvas.clientWidth && canvas.clientHeight) onSize(canvas.clientWidth, canvas.clientHeight);
  });
  dark.addEventListener('change', onColors);
  sizes.observe(canvas);
  return {
    stop() {
      dark.removeEventListener('change', onColors);
      sizes.disconnect();
    },
  };
}

/** @param {() => void} task */
function oncePerFrame(task) {
  let waiting = 0;
  const ask = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      task();
    });
  };
  return Object.assign(ask, { cancel: () => cancelAnimationFrame(waiting) });
}
