/**
 * The one place that names lit-html's folder. Templates made with `html` escape every value,
 * so text typed by students can never become markup.
 *
 * `styleMap` is left out on purpose: its first render writes a style attribute, which the
 * Content-Security-Policy refuses.
 *
 * @typedef {import('../../vendor/lit-html@3.3.3/lit-html.js').TemplateResult} TemplateResult
 * @typedef {TemplateResult | typeof import('../../vendor/lit-html@3.3.3/lit-html.js').nothing} Fragment
 */
export { html, svg, nothing, render } from '../../vendor/lit-html@3.3.3/lit-html.js';
export { repeat } from '../../vendor/lit-html@3.3.3/directives/repeat.js';
export { guard } from '../../vendor/lit-html@3.3.3/directives/guard.js';
export { live } from '../../vendor/lit-html@3.3.3/directives/live.js';
export { ifDefined } from '../../vendor/lit-html@3.3.3/directives/if-defined.js';
export { classMap } from '../../vendor/lit-html@3.3.3/directives/class-map.js';
