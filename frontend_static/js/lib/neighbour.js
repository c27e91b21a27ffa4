/**
 * Where an arrow key leads in a grid of cards. Cards of a row begin at the same height, however tall each is.
 */

/** @typedef {{left: number, top: number, width: number}} Box  px */

/** Heights that differ by less are one row. */
const SAME_ROW_PX = 2;

/** @param {Box} box */
const centre = ({ left, width }) => left + width / 2;

/**
 * @param {readonly Box[]} boxes in the order of the page
 * @param {number} from
 * @param {1 | -1} direction down or up
 */
function otherRow(boxes, from, direction) {
  const here = /** @type {Box} */ (boxes[from]);
  const away = (/** @type {Box} */ box) => (box.top - here.top) * direction;
  const beyond = [...boxes.keys()].filter((index) => away(/** @type {Box} */ (boxes[index])) > SAME_ROW_PX);
  const nearest = Math.min(...beyond.map((index) => away(/** @type {Box} */ (boxes[index]))));
  const row = beyond.filter((index) => away(/** @type {Box} */ (boxes[index])) <= nearest + SAME_ROW_PX);
  const aside = (/** @type {number} */ index) => Math.abs(centre(/** @type {Box} */ (boxes[index])) - centre(here));
  return row.sort((a, b) => aside(a) - aside(b))[0] ?? from;
}

/** @type {Record<string, (boxes: readonly Box[], from: number) => number>} */
const MOVES = {
  ArrowRight: (boxes, from) => Math.min(from + 1, boxes.length - 1),
  ArrowLeft: (_boxes, from) => Math.max(from - 1, 0),
  ArrowDown: (boxes, from) => otherRow(boxes, from, 1),
  ArrowUp: (boxes, from) => otherRow(boxes, from, -1),
  Home: () => 0,
  End: (boxes) => boxes.length - 1,
};

/**
 * @param {string} key
 * @param {readonly Box[]} boxes
 * @param {number} from
 * @returns {number | null} null when the key leads nowhere by nature
 */
export const neighbour = (key, boxes, from) => MOVES[key]?.(boxes, from) ?? null;
