/**
 * The dashboard's keys: which there are, and what was pressed where. Single letters can be switched off, as
 * people who speak to their computer need (WCAG 2.1.4).
 */
import { neighbour } from './neighbour.js';

/**
 * @typedef {'search' | 'help' | 'refresh' | 'toggleAll' | 'tab'} PageCommand
 * @typedef {'toggle' | 'act' | 'note' | 'view' | 'open'} CardCommand
 */

/** @typedef {{keys: string[], shown?: string, label: string}} Key */

/** Keys of the page. @type {readonly (Key & {command: PageCommand})[]} */
export const PAGE_KEYS = [
  { keys: ['/'], label: 'Search; Enter leads on to the cards', command: 'search' },
  { keys: ['1', '2', '3', '4', '5', '6', '7', '8'], shown: '1 – 8', label: 'Go to a tab', command: 'tab' },
  { keys: ['e'], label: 'Expand or collapse all cards', command: 'toggleAll' },
  { keys: ['u'], label: 'Refresh', command: 'refresh' },
  { keys: ['?'], label: 'Show this list', command: 'help' },
];

/** Keys of the card that has the focus. @type {readonly (Key & {command: CardCommand})[]} */
export const CARD_KEYS = [
  { keys: ['Enter'], label: 'Open or close the details', command: 'toggle' },
  { keys: ['a'], label: 'First action of the card: approve, start printing, …', command: 'act' },
  { keys: ['n'], label: 'Add a note', command: 'note' },
  { keys: ['v'], label: 'Look at the model in 3D', command: 'view' },
  { keys: ['o'], label: 'Open the file in the slicer', command: 'open' },
];

const STORAGE_KEY = 'printlab.single-keys';

export const singleKeysOn = () => localStorage.getItem(STORAGE_KEY) !== 'off';

/** @param {boolean} on */
export const switchSingleKeys = (on) => localStorage.setItem(STORAGE_KEY, on ? 'on' : 'off');

/**
 * @param {Object} commands
 * @param {(command: PageCommand, key: string) => void} commands.onPage
 * @param {(command: CardCommand, jobId: string) => void} commands.onCard
 */
export function listenToKeys({ onPage, onCard }) {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const leavesSearch = isSearch(event.target) && ['Enter', 'ArrowDown'].includes(event.key);
    if (isBusy(event.target) && !leavesSearch) return;
    const card = cardOf(event.target);
    if (leavesSearch ? focusActive() : moveFocus(event.key, card)) {
      event.preventDefault();
      return;
    }
    const isLetter = event.key.length === 1;
    if (isLetter && !singleKeysOn()) return;
    const onThisCard = card && (isLetter || event.target === card) ? commandOf(CARD_KEYS, event.key) : null;
    const onThisPage = commandOf(PAGE_KEYS, event.key);
    if (card && onThisCard) onCard(onThisCard, card.dataset['job'] ?? '');
    else if (onThisPage) onPage(onThisPage, event.key);
    else return;
    event.preventDefault();
  });
}

/**
 * @template C
 * @param {readonly (Key & {command: C})[]} known
 * @param {string} key
 */
const commandOf = (known, key) => known.find(({ keys }) => keys.includes(key))?.command ?? null;

/**
 * Whether keys belong to somebody else: a field that is being filled in, or an open dialog.
 * @param {EventTarget | null} target
 */
const isBusy = (target) => document.querySelector('dialog[open]') !== null
  || (target instanceof Element && target.closest('input, select, textarea, [role="tablist"]') !== null);

/** @param {EventTarget | null} target */
const isSearch = (target) => target instanceof HTMLInputElement && target.type === 'search';

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
const cardOf = (target) => (target instanceof Element ? target.closest('[data-job]') : null);

/**
 * From card to card; from nowhere, to the card where one was.
 * @param {string} key
 * @param {HTMLElement | null} card
 * @returns {boolean} whether the key was one that moves
 */
function moveFocus(key, card) {
  if (!card) return key === 'ArrowDown' && isOnPage() && focusActive();
  const cards = allCards();
  const next = neighbour(key, cards.map((each) => each.getBoundingClientRect()), cards.indexOf(card));
  if (next === null) return false;
  focusCard(cards[next]);
  return true;
}

/** Whether the focus is on nothing smaller than the page or its list. */
const isOnPage = () => document.activeElement === document.body || document.activeElement?.id === 'jobs';

const allCards = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-job]')]);

/** Goes to the card where the focus last was, or to the list while it is empty. */
function focusActive() {
  const card = allCards().find(({ tabIndex }) => tabIndex === 0);
  if (card) focusCard(card);
  else document.getElementById('jobs')?.focus();
  return true;
}

/** @param {HTMLElement | undefined} card */
function focusCard(card) {
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: 'nearest' });
}
