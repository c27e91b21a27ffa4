/**
 * A native modal <dialog>: the browser keeps the focus inside, makes the page behind inert and gives
 * the focus back.
 * @import {Fragment} from './html.js'
 */
import { render } from './html.js';

/**
 * @typedef {Object} DialogOptions
 * @property {() => Fragment} view      drawn at once and at every `update()`
 * @property {string} labelledBy        id of the heading inside
 * @property {string} [className]
 * @property {() => boolean} [mayClose] whether Escape works now
 * @property {() => void} [onClosed]
 */

/** @typedef {{element: HTMLDialogElement, update: () => void, close: () => void}} DialogHandle */

/**
 * @param {DialogOptions} options
 * @returns {DialogHandle}
 */
export function openDialog({ view, labelledBy, className = '', mayClose = () => true, onClosed }) {
  const element = document.createElement('dialog');
  element.className = `dialog ${className}`.trim();
  element.setAttribute('aria-labelledby', labelledBy);
  element.addEventListener('cancel', (event) => {
    if (!mayClose()) event.preventDefault();
  });
  element.addEventListener('close', () => {
    element.remove();
    onClosed?.();
  });
  const update = () => render(view(), element);
  document.body.append(element);
  update();
  element.showModal();
  return { element, update, close: () => element.close() };
}
