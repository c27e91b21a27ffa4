/** Passwords for workstations: made here rather than invented, because people invent poor ones. */

/** No look-alikes: passwords are read from paper. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz';
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** Four groups of four letters: 72 bits. */
export function newPassword() {
  const letters = Array.from({ length: GROUPS * GROUP_LENGTH }, randomLetter).join('');
  return letters.match(new RegExp(`.{${GROUP_LENGTH}}`, 'g'))?.join('-') ?? letters;
}

/** Bytes beyond a multiple of the alphabet are drawn again: every letter is as likely as any other. */
function randomLetter() {
  const limit = 256 - (256 % LETTERS.length);
  for (;;) {
    const [byte = limit] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < limit) return LETTERS[byte % LETTERS.length] ?? '';
  }
}

const SHORTEST = 10;
/** From here on a guess at ten attempts an hour is hopeless however simple the characters are. */
const LONG = 16;

/**
 * How good a password is, in words.
 * @param {string} password
 * @returns {{tone: 'red' | 'yellow' | 'green', text: string}}
 */
export function strengthOf(password) {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
  const different = new Set(password).size;
  if (password.length < SHORTEST) return { tone: 'red', text: `Too short: at least ${SHORTEST} characters` };
  if (different < 6) return { tone: 'red', text: 'Weak: few different characters' };
  if (password.length >= LONG || kinds >= 3) return { tone: 'green', text: 'Strong' };
  return { tone: 'yellow', text: 'Fair: longer is better' };
}
