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

/** Relative luminance of black and navy, but not of blue, brown and purple. */
const DARK = 0.05;

/** The printer's plate, how the model is turned on it, and whether it fits there. @typedef {{volume: Vector, fit: Fit}} Place */

/** Throws where there is no WebGL. */
export class Stage {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Model} model
   */
  constructor(canvas, model) {
    const context = canvas.getContext('webgl2', { antialias: true, alpha: true });
    if (!context) throw new Error('no WebGL');
    this.canvas = canvas;
    this.model = model;
    /** @type {Place | null} */
    this.place = null;
    /** @type {string | null} */
    this.color = null;
    this.sized = false;
    this.renderer = new WebGLRenderer({ canvas, context });
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 1, 1000);
    this.body = bodyOf(model);
    this.plate = createPlate();
    this.draw = oncePerFrame(() => this.sized && this.renderer.render(this.scene, this.camera));
    this.controls = controlsOf(this.camera, canvas, this.draw);
    this.camera.add(lamp());
    this.scene.add(new HemisphereLight(0xffffff, 0x8a8f98, 1.6), this.body.turned, this.plate.group, this.camera);
    this.watch = watch(canvas, () => this.recolor(), (width, height) => this.resize(width, height));
    canvas.addEventListener('webglcontextrestored', this.draw);
  }

  /** Stands the model on the plate of a printer, or on none. @param {Place | null} place */
  show(place) {
    this.place = place;
    this.body.turned.matrix = poseOf(this.model, place?.fit ?? null);
    this.plate.show(place?.volume ?? null);
    this.recolor();
    this.reset();
  }

  /** @param {string | null} color a CSS color, or the accent */
  paint(color) {
    this.color = color;
    this.recolor();
  }

  /** Looks from the first point of view again. */
  reset() {
    frame(this.camera, this.controls, this.model, this.place);
    this.draw();
  }

  /**
   * @param {number} left radians
   * @param {number} up
   */
  turn(left, up) {
    this.controls.rotateLeft(left);
    this.controls.rotateUp(up);
  }

  /**
   * @param {number} left pixels
   * @param {number} up
   */
  pan(left, up) {
    this.controls.pan(left, up);
  }

  /** @param {number} factor below 1: nearer */
  zoom(factor) {
    if (factor < 1) this.controls.dollyIn(factor);
    else this.controls.dollyOut(1 / factor);
  }

  recolor() {
    const tokens = getComputedStyle(this.canvas);
    this.canvas.classList.toggle('light-ground', this.color !== null && isDark(new Color(this.color)));
    this.body.material.color = new Color(this.color ?? tokens.getPropertyValue('--accent').trim());
    this.plate.recolor(tokens, this.place?.fit ?? null);
    this.draw();
  }

  /**
   * Drawn at once: setting the size has emptied the canvas.
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    if (!this.sized) frame(this.camera, this.controls, this.model, this.place);
    this.sized = true;
    this.draw.cancel();
    this.renderer.render(this.scene, this.camera);
  }

  /** Frees the graphics memory; browsers allow only few views at a time. */
  dispose() {
    this.watch.stop();
    this.draw.cancel();
    this.canvas.removeEventListener('webglcontextrestored', this.draw);
    this.controls.dispose();
    this.plate.dispose();
    this.body.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }
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

/** Whether it would be lost on the stage of dark mode. @param {Color} color */
const isDark = ({ r, g, b }) => 0.2126 * r + 0.7152 * g + 0.0722 * b < DARK;

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
  const cancel = () => {
    cancelAnimationFrame(waiting);
    waiting = 0;
  };
  return Object.assign(ask, { cancel });
}
