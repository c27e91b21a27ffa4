/** Measures one model off the main thread, so that the page stays smooth meanwhile. */
import { coarser } from './coarser.js';
import { factsOf } from './facts.js';
import { loadModel } from './load.js';
import { ModelRefused } from './refused.js';

addEventListener('message', async (/** @type {MessageEvent<{file: Blob, extension: string}>} */ { data }) => {
  try {
    const whole = await loadModel(new Uint8Array(await data.file.arrayBuffer()), data.extension);
    const facts = factsOf(whole);
    const mesh = coarser(whole);
    postMessage({ facts, mesh }, { transfer: [mesh.triangles.buffer] });
  } catch (error) {
    if (error instanceof ModelRefused) postMessage({ refusal: { code: error.code, message: error.message } });
    else postMessage({ failure: String(error) });
  }
});
