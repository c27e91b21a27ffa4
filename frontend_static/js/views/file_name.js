/** Names as the lab gives them: "JaneDoe_Filament_Blue_K7FWCD". */
import { html } from '../lib/html.js';

/**
 * Where it does not fit in a line, it goes on after an underscore, not within the job's number.
 * @param {string} name
 */
export const fileName = (name) => name.split('_').map((part, at) => (at ? html`_<wbr>${part}` : part));
