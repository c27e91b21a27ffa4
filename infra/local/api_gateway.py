"""Amazon API Gateway (REST, Lambda proxy integration): WSGI requests to events and results to answers.

Event and result format:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import base64
import json
import logging
import re
import time
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.answers import Answer, Environ, problem
from infra.local.functions import ACCOUNT, Functions

log = logging.getLogger(__name__)

# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
MAX_REQUEST_BYTES = 10 * 1024 * 1024
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, the event as JSON
MAX_EVENT_BYTES = 6 * 1024 * 1024


class ApiGateway:
    """The REST API of app.py."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        app = functions.app
        self._binary_types = [kind.lower() for kind in app.api.binary_types]
        # A literal path wins over one with parameters, as API Gateway decides it.
        patterns = sorted(app.routes, key=lambda pattern: [part[:1] == "{" for part in pattern.split("/")])
        self._routes = [(_compiled(pattern), pattern, set(app.routes[pattern])) for pattern in patterns]

    def handle(self, environ: Environ) -> Answer:
        """Answer one request the way the deployed API would."""
        path = environ["REQUEST_URI"].partition("?")[0]
        method = environ["REQUEST_METHOD"]
        found = next(
            ((match, pattern, methods) for route, pattern, methods in self._routes if (match := route(path))),
            None,
        )
        if not found:
            return problem(404, "not_found", f"There is nothing at {path}.")
        match, pattern, methods = found
        if method not in methods:
            answer = problem(405, "method_not_allowed", f"{method} is not possible here.")
            answer.headers["Allow"] = ", ".join(sorted(methods))
            return answer
        if int(environ.get("CONTENT_LENGTH") or 0) > MAX_REQUEST_BYTES:
            return _too_large()
        parameters = {name: unquote(value) for name, value in match.groupdict().items()}
        event = self._event(environ, path, pattern, parameters)
        if len(event["body"] or "") > MAX_EVENT_BYTES:
            return _too_large()
        return self._call(event)

    def _event(self, environ: Environ, path: str, pattern: str, parameters: dict[str, str]) -> dict[str, Any]:
        headers = _headers(environ)
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(environ["QUERY_STRING"], keep_blank_values=True):
            query.setdefault(name, []).append(value)
        body = environ["wsgi.input"].read()
        binary = self._is_binary(headers.get("Content-Type", ""))
        return {
            "resource": pattern,
            "path": path,
            "httpMethod": environ["REQUEST_METHOD"],
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": _request_context(environ, path, pattern, headers),
            "body": _body(body, binary),
            "isBase64Encoded": bool(body) and binary,
        }

    def _is_binary(self, content_type: str) -> bool:
        """Whether API Gateway passes a body of this type as base64."""
        kind = content_type.partition(";")[0].strip().lower()
        return kind in self._binary_types or "*/*" in self._binary_types

    def _call(self, event: dict[str, Any]) -> Answer:
        try:
            result = self._functions.call_api(event)
            accepted = event["headers"].get("Accept", "").partition(",")[0]
            answer = _answer(result, decodes=self._is_binary(accepted))
            answer.headers["x-amzn-RequestId"] = event["requestContext"]["requestId"]
            return answer
        except Exception:
            log.exception("%s %s", event["httpMethod"], event["path"])
            return problem(502, "internal_error", "Something went wrong on our side. Please try again.")


def _compiled(pattern: str) -> Any:
    """A function that matches an undecoded path with the route `pattern`, e.g. "/jobs/{job_id}"."""
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern.rstrip("/") or "/") + "/?").fullmatch


def _too_large() -> Answer:
    message = "The request is larger than 10 MB. Send large files by POST /api/v1/submit/uploads."
    return problem(413, "payload_too_large", message, max_bytes=MAX_REQUEST_BYTES)


def _headers(environ: Environ) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").title()] = environ[name]
    headers["X-Forwarded-For"] = environ["REMOTE_ADDR"]
    headers["X-Forwarded-Proto"] = environ["wsgi.url_scheme"]
    headers["X-Forwarded-Port"] = environ["SERVER_PORT"]
    return headers


def _body(body: bytes, binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if binary else body.decode("utf-8", "replace")


def _request_context(environ: Environ, path: str, pattern: str, headers: dict[str, str]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": headers.get("Host", ""),
        "domainPrefix": "local",
        "extendedRequestId": uuid.uuid4().hex[:15],
        "httpMethod": environ["REQUEST_METHOD"],
        "identity": {
            **dict.fromkeys(("accessKey", "accountId", "caller", "cognitoIdentityId", "user", "userArn")),
            "sourceIp": environ["REMOTE_ADDR"],
            "userAgent": headers.get("User-Agent"),
        },
        "path": path,
        "protocol": environ["SERVER_PROTOCOL"],
        "requestId": str(uuid.uuid4()),
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": round(time.time() * 1000),
        "resourceId": uuid.uuid5(uuid.NAMESPACE_URL, pattern).hex[:6],
        "resourcePath": pattern,
        "stage": "local",
    }


def _answer(result: dict[str, Any], *, decodes: bool) -> Answer:
    """The HTTP answer that a function's result stands for; raises on one that API Gateway would refuse.

    `decodes`: the first type that the caller accepts is a binary one; others are handed base64 as it is.
    """
    body = result.get("body") or ""
    if not isinstance(body, str):
        body = json.dumps(body)
    content = base64.b64decode(body) if result.get("isBase64Encoded") and decodes else body.encode()
    cookies: list[str] = []
    headers: dict[str, str] = {}
    for name, value in (result.get("headers") or {}).items():
        headers[name.title()] = str(value)
    for name, values in (result.get("multiValueHeaders") or {}).items():
        if name.title() == "Set-Cookie":
            cookies += map(str, values)
        else:
            headers[name.title()] = ", ".join(map(str, values))
    headers.setdefault("Content-Type", "application/json")
    return Answer(int(result["statusCode"]), headers, content, cookies)
