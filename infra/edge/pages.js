// CloudFront runs this for every address but the API's: it shows the pages under their clean addresses, as
// infra/local/static.py does. PAGES, NOT_FOUND and HEADERS are put before it by infra/deploy/edge.py.

function handler(event) {
  const request = event.request;
  const path = request.uri === '/' ? '/' : request.uri.replace(/\/+$/, '');
  if (PAGES[path]) {
    request.uri = '/' + PAGES[path];
    return request;
  }
  if (request.uri.split('/').pop().indexOf('.') >= 0) return request;
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: HEADERS,
    body: { encoding: 'text', data: NOT_FOUND },
  };
}
