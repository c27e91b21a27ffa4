/** The build plate of a printer with a grid, and the outline of the space above it. */
import {
  BoxGeometry, BufferAttribute, BufferGeometry, Color, DoubleSide, EdgesGeometry, Group, LineBasicMaterial, LineSegments, Mesh,
  MeshBasicMaterial, PlaneGeometry,
} from '../three.js';

/**
 * @import {Fit} from './fit.js'
 * @import {Vector} from './mesh.js'
 */

const GRID_MM = 10;

export function createPlate() {
  const group = new Group();
  const surface = new Mesh(new PlaneGeometry(), new MeshBasicMaterial({ side: DoubleSide }));
  const grid = new LineSegments(new BufferGeometry(), new LineBasicMaterial());
  const space = new LineSegments(new EdgesGeometry(new BoxGeometry()), new LineBasicMaterial());
  group.add(surface, grid, space);
  group.visible = false;

  return {
    group,
    /** @param {Vector | null} volume */
    show(volume) {
      group.visible = volume !== null;
      if (!volume) return;
      const [width, depth, height] = volume;
      // A little below the model, so that the two do not flicker through each other.
      surface.position.z = -height / 500;
      surface.scale.set(width, depth, 1);
      grid.position.z = -height / 1000;
      grid.geometry.dispose();
      grid.geometry = gridOf(width, depth);
      space.position.z = height / 2;
      space.scale.set(width, depth, height);
    },
    /**
     * @param {CSSStyleDeclaration} tokens
     * @param {Fit | null} fit
     */
    recolor(tokens, fit) {
      const token = (/** @type {string} */ name) => new Color(tokens.getPropertyValue(name).trim());
      surface.material.color = token('--surface');
      grid.material.color = token('--line');
      space.material.color = token(fit?.way === 'none' ? '--red' : '--line-strong');
    },
    dispose() {
      for (const part of [surface, grid, space]) {
        part.geometry.dispose();
        part.material.dispose();
      }
    },
  };
}

/**
 * @param {number} width
 * @param {number} depth
 */
function gridOf(width, depth) {
  const [right, back] = [width / 2, depth / 2];
  /** @type {number[]} */
  const points = [];
  for (let x = -right; x <= right; x += GRID_MM) points.push(x, -back, 0, x, back, 0);
  for (let y = -back; y <= back; y += GRID_MM) points.push(-right, y, 0, right, y, 0);
  return new BufferGeometry().setAttribute('position', new BufferAttribute(new Float32Array(points), 3));
}
