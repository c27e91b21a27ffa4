/** Hashes one file off the main thread, so that typing stays smooth meanwhile. */
import { sha256Of } from './sha256.js';

addEventListener('message', async (/** @type {MessageEvent<File>} */ { data: file }) => {
  try {
    const hex = await sha256Of(file, (share) => postMessage({ share }));
    postMessage({ hex });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
