/**
 * The API's contract, to read and to try.
 */

/** @typedef {(options: { url: string, domNode: Element | null, deepLinking: boolean }) => unknown} Viewer */

// A plain script in the page has set it: the library is no ES module. Both wait for the page, that one first.
const { SwaggerUIBundle } = /** @type {{ SwaggerUIBundle: Viewer }} */ (/** @type {unknown} */ (window));

SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  domNode: document.getElementById('view'),
  deepLinking: true,
});
