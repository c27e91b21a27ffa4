/** The file field: the area that names the picked file, and the file put back after a reload. */
import { fileSize } from './format.js';
import { forgetFile, keepFile, recallFile } from './kept_file.js';

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} area  around the input, with a `.drop-text`
 */
export function createFilePicker(input, area) {
  for (const type of ['dragenter', 'dragleave', 'drop']) {
    area.addEventListener(type, () => area.classList.toggle('over', type === 'dragenter'));
  }
  /** @type {File | null} */
  let refused = null;
  const current = () => input.files?.[0] ?? null;
  const changed = () => {
    const file = current();
    name(area, file);
    void (file ? keepFile(file).then((kept) => kept && file === current() && file !== refused && name(area, file, KEPT)) : forgetFile());
  };

  return {
    current,
    /** The choice has changed. */
    changed,
    /** The picked file cannot be printed: after a reload it would only be in the way. */
    refuse() {
      refused = current();
      name(area, refused);
      void forgetFile();
    },
    /** Puts back the file that was picked before the page was loaded again, unless the browser has; whether there is one. */
    async restore() {
      const file = await recallFile();
      if (!file || current()) {
        changed();
        return current() !== null;
      }
      const carrier = new DataTransfer();
      carrier.items.add(file);
      input.files = carrier.files;
      name(area, file, KEPT);
      return true;
    },
  };
}

const KEPT = 'Kept in this browser until you submit, should the page reload: a day at most.';

/**
 * @param {HTMLElement} area
 * @param {File | null} file
 * @param {string} [note]
 */
function name(area, file, note = '') {
  area.classList.toggle('filled', Boolean(file));
  const [bold, rest] = file ? [file.name, ` ${fileSize(file.size)}`] : ['Choose a file', ' or drop it here'];
  const title = document.createElement('b');
  // A name that is written from right to left must not turn its size around with it.
  [title.dir, title.textContent] = ['auto', bold];
  const small = document.createElement('small');
  small.textContent = note;
  area.querySelector('.drop-text')?.replaceChildren(title, rest, small);
}
