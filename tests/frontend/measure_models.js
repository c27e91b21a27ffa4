/**
 * What the browser finds out about model files: `node measure_models.js FILE…` prints one line of JSON for each.
 * tests/models3d/test_browser_agrees.py compares it with what the server finds out.
 */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { factsOf } from '../../frontend_static/js/lib/model/facts.js';
import { fitOf } from '../../frontend_static/js/lib/model/fit.js';
import { loadModel } from '../../frontend_static/js/lib/model/load.js';

const VOLUMES = [[250, 210, 220], [360, 360, 360], [145, 145, 175], [40, 90, 20]];

for (const path of process.argv.slice(2)) {
  const started = performance.now();
  try {
    const facts = factsOf(await loadModel(new Uint8Array(readFileSync(path)), extname(path)));
    const ms = performance.now() - started;
    console.log(JSON.stringify({ facts, fits: VOLUMES.map((volume) => fitOf(facts.size_mm, volume)), ms }));
  } catch (error) {
    if (!error.code) throw error;
    console.log(JSON.stringify({ refusal: error.code, message: error.message }));
  }
}
