// CloudFront runs this for every call of the API: it says whose call it is. What a client claims is replaced.

function handler(event) {
  event.request.headers['x-client-address'] = { value: event.viewer.ip };
  return event.request;
}
