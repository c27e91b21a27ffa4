/**
 * The findings about a model, most urgent first, and its measures.
 * @import {Printer} from '../contract.d.ts'
 * @import {ModelFacts} from '../lib/model/facts.js'
 * @import {Finding} from '../lib/model/words.js'
 * @import {Choices} from './model_panel.js'
 */
import { printersFor } from '../lib/catalog.js';
import { dimensions } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { fitOf, fits } from '../lib/model/fit.js';
import { priceRange } from '../lib/model/price.js';
import {
  fitFinding, fittingOffers, meshWords, priceWords, surfaceFinding, thinFinding, unitWords,
} from '../lib/model/words.js';
import { icons } from './icons.js';

const ICONS = { good: icons.check, warn: icons.alert, bad: icons.alert, info: icons.info };

/** @typedef {(method: string, printer: string) => void} OnChoose */

/**
 * @param {ModelFacts} facts
 * @param {Choices} choices
 * @param {OnChoose} onChoose
 */
export const findingsView = (facts, choices, onChoose) => {
  const warnings = [thinFinding(facts), surfaceFinding(facts)].filter((finding) => finding !== null);
  return html`
    ${facts.unit_suspicion ? unitView(unitWords(facts, facts.unit_suspicion)) : nothing}
    ${fitView(facts, choices, onChoose)}
    ${warnings.map((finding) => findingView(finding))}
    <dl class="facts">
      <dt>Size</dt><dd class="numbers">${dimensions(facts.size_mm)}</dd>
      ${pricesView(facts, choices)}
      ${printersView(facts, choices)}
      <dt>Mesh</dt><dd class="numbers">${meshWords(facts)}</dd>
    </dl>`;
};

/**
 * Every printer that it fits in some way, so that nobody needs to try them one after the other.
 * @param {ModelFacts} facts
 * @param {Choices} choices
 */
function printersView({ size_mm: size }, choices) {
  const fitting = offersOf(choices).filter(({ printer }) => fits(fitOf(size, printer.build_volume_mm)));
  return fitting.length === 0 ? nothing : html`
    <dt>Fits on</dt><dd>${[...new Set(fitting.map(({ printer }) => printer.name))].join(', ')}</dd>`;
}

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
  const fitting = fittingOffers(facts, offersOf(choices));
  if (fitting.length === 0) return findingView(nowhereFinding(facts, chosen));
  if (!chosen) return findingView({ tone: 'info', title: 'Choose a printer', text: 'It fits here:' }, offerView(fitting, onChoose));
  const finding = fitFinding(facts, fitOf(facts.size_mm, chosen.build_volume_mm), chosen.name);
  const others = finding.tone === 'good' || finding.tone === 'info' ? [] : fitting.filter(({ printer }) => printer !== chosen);
  return findingView(finding, others.length > 0 ? html`<p>It fits better here:</p>${offerView(others, onChoose)}` : nothing);
}

/** Every printer that can be chosen, with the method that it is chosen for. @param {Choices} choices */
const offersOf = (choices) => methodsOf(choices)
  .flatMap((method) => printersFor(choices.catalog, method).map((printer) => ({ method, printer })));

/**
 * @param {ModelFacts} facts
 * @param {Printer | undefined} chosen
 * @returns {Finding}
 */
const nowhereFinding = (facts, chosen) => ({
  tone: 'bad',
  title: 'Too large for every printer here',
  text: chosen ? fitFinding(facts, fitOf(facts.size_mm, chosen.build_volume_mm), chosen.name).text : 'Scale it down or split it into parts.',
});

/**
 * @param {{method: string, printer: Printer}[]} offers
 * @param {OnChoose} onChoose
 */
const offerView = (offers, onChoose) => html`
  <div class="offers">
    ${offers.map(({ method, printer }) => html`
      <button class="button" type="button" @click=${() => onChoose(method, printer.id)}>Choose ${printer.name}</button>`)}
  </div>`;

/**
 * @param {Finding} finding
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
 * For the chosen method, or each; none for what cannot be printed at this size.
 * @param {ModelFacts} facts
 * @param {Choices} choices
 */
function pricesView(facts, choices) {
  const { catalog, method: chosen, color } = choices;
  return methodsOf(choices).map((method) => {
    const range = priceRange(facts, catalog, method, color);
    const printable = fittingOffers(facts, printersFor(catalog, method).map((printer) => ({ printer }))).length > 0;
    if (!range || !printable) return nothing;
    const { price, basis } = priceWords(range);
    return html`
      <dt>Price${chosen ? '' : ` in ${method}`}</dt>
      <dd class="numbers"><b>${price}</b>${chosen ? html`<br><span class="soft">${basis}</span>` : nothing}</dd>`;
  });
}
