/**
 * The findings about a model, most urgent first, and its measures.
 * @import {Printer} from '../contract.d.ts'
 * @import {ModelFacts} from '../lib/model/facts.js'
 * @import {Finding} from '../lib/model/words.js'
 * @import {Choices} from './model_panel.js'
 */
import { printersFor } from '../lib/catalog.js';
import { dimensions, plural } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { fitOf } from '../lib/model/fit.js';
import { priceRange } from '../lib/model/price.js';
import { fitFinding, fittingPrinters, priceWords, surfaceFinding, unitWords } from '../lib/model/words.js';
import { icons } from './icons.js';

const ICONS = { good: icons.check, warn: icons.alert, bad: icons.alert, info: icons.info };

/** @typedef {(method: string, printer: string) => void} OnChoose */

/**
 * @param {ModelFacts} facts
 * @param {Choices} choices
 * @param {OnChoose} onChoose
 */
export const findingsView = (facts, choices, onChoose) => {
  const surface = surfaceFinding(facts);
  return html`
    ${facts.unit_suspicion ? unitView(unitWords(facts, facts.unit_suspicion)) : nothing}
    ${fitView(facts, choices, onChoose)}
    ${surface ? findingView(surface) : nothing}
    <dl class="facts">
      <dt>Size</dt><dd class="numbers">${dimensions(facts.size_mm)}</dd>
      ${methodsOf(choices).map((method) => priceView(facts, choices, method))}
      <dt>Mesh</dt><dd class="numbers">${plural(facts.triangles, 'triangle')}${surface ? nothing : ', closed surface'}</dd>
    </dl>`;
};

/**
 * One sentence for screen readers: it changes only when something new is known.
 * @param {ModelFacts} facts
 * @param {Choices} choices
 */
export function spokenFindings(facts, choices) {
  const printer = chosenPrinter(choices);
  const fit = printer ? fitFinding(facts, fitOf(facts.size_mm, printer.build_volume_mm), printer.name).title : 'Measured';
  const unit = facts.unit_suspicion ? unitWords(facts, facts.unit_suspicion).title : '';
  return [`${fit}.`, unit, surfaceFinding(facts)?.title ?? ''].filter(Boolean).join(' ');
}

/** @param {Choices} choices */
const chosenPrinter = ({ catalog, method, printer }) => printersFor(catalog, method).find(({ id }) => id === printer);

/** The chosen method, or all as long as none is. @param {Choices} choices */
const methodsOf = ({ catalog, method }) => (method ? [method] : catalog.methods.map(({ id }) => id));

/**
 * @param {ModelFacts} facts
 * @param {Choices} choices
 * @param {OnChoose} onChoose
 */
function fitView(facts, choices, onChoose) {
  const chosen = chosenPrinter(choices);
  const all = methodsOf(choices).flatMap((method) => printersFor(choices.catalog, method).map((printer) => ({ method, printer })));
  const fitting = new Set(fittingPrinters(facts, all.map(({ printer }) => printer)));
  const others = all.filter(({ printer }) => fitting.has(printer) && printer.id !== chosen?.id);
  const fit = chosen ? fitOf(facts.size_mm, chosen.build_volume_mm) : null;
  if (chosen && fit) {
    const offer = fit.way === 'upright' || fit.way === 'turned' ? nothing : offerView('It fits:', others, onChoose);
    return findingView(fitFinding(facts, fit, chosen.name), fit.way === 'none' && others.length === 0
      ? html`<p>It fits none of the lab's printers${choices.method ? ` for ${choices.method}` : ''} at this size.</p>` : offer);
  }
  if (fitting.size === 0) {
    return findingView({ tone: 'bad', title: 'Too large for every printer', text: `It is ${dimensions(facts.size_mm)}.` });
  }
  return findingView({ tone: 'info', title: 'Choose a printer', text: 'It fits these:' }, offerView('', others, onChoose));
}

/**
 * @param {string} label
 * @param {{method: string, printer: Printer}[]} offers
 * @param {OnChoose} onChoose
 */
const offerView = (label, offers, onChoose) => (offers.length === 0 ? nothing : html`
  <div class="offers">
    ${label ? html`<span>${label}</span>` : nothing}
    ${offers.map(({ method, printer }) => html`
      <button class="button" type="button" @click=${() => onChoose(method, printer.id)}>Choose ${printer.name}</button>`)}
  </div>`);

/**
 * @param {Omit<Finding, 'tone'> & {tone: keyof typeof ICONS}} finding
 * @param {import('../lib/html.js').Fragment} [more]
 */
const findingView = ({ tone, title, text }, more = nothing) => html`
  <div class="finding finding-${tone}">
    ${ICONS[tone]}
    <div>
      <p><b>${title}</b></p>
      <p>${text}</p>
      ${more}
    </div>
  </div>`;

/** @param {{title: string, text: string, steps: string[]}} words */
const unitView = ({ title, text, steps }) => findingView({ tone: 'warn', title, text }, html`
  <details>
    <summary>What does that mean, and what can I do?</summary>
    <ul class="bullets">${steps.map((step) => html`<li>${step}</li>`)}</ul>
  </details>`);

/**
 * @param {ModelFacts} facts
 * @param {Choices} choices
 * @param {string} method
 */
function priceView(facts, { catalog, method: chosen, color }, method) {
  const range = priceRange(facts, catalog, method, color);
  if (!range) return nothing;
  const { price, basis } = priceWords(range);
  return html`
    <dt>Price${chosen ? '' : ` in ${method}`}</dt>
    <dd class="numbers"><b>${price}</b>${chosen ? html`<br><span class="soft">${basis}</span>` : nothing}</dd>`;
}
