/**
 * What Node.js lacks of a browser, for modules that use nothing else of the page.
 */
import http from 'node:http';

/** A storage like sessionStorage, empty. */
export function memoryStorage() {
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, String(value)),
    removeItem: (key) => void values.delete(key),
  };
}

/**
 * A real HTTP server in place of the API, and fetch made to find it as pages do.
 * @param {(request: {method: string, path: string, headers: object, body: any}) =>
 *   {status?: number, body?: unknown, headers?: object} | 'hang up' | 'silence'} answer
 */
export async function startApi(answer) {
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { method, url: path, headers } = request;
    const given = answer({ method, path, headers, body: text ? JSON.parse(text) : null });
    if (given === 'silence') return;
    if (given === 'hang up') {
      response.destroy();
      return;
    }
    response.writeHead(given.status ?? 200, { 'Content-Type': 'application/json', ...given.headers });
    response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body ?? {}));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const plainFetch = globalThis.fetch;
  globalThis.fetch = (url, init) => plainFetch(new URL(url, origin), init);
  return {
    stop() {
      globalThis.fetch = plainFetch;
      server.closeAllConnections();
      server.close();
    },
  };
}
