"""The API gateway: what functions get, and what callers get back."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from chalice.app import Chalice, Response

from chalicelib.api.application import Application
from infra.http_client import File, HttpClient
from infra.http_client import Response as HttpResponse
from infra.local.answers import Answer, Environ, problem
from infra.local.api_gateway import ApiGateway
from infra.local.functions import Functions
from infra.local.gateway import Gateway, Server
from infra.local.ports import free_port, listen

BOTH = ["application/json", "text/plain", "multipart/form-data"]


def _app() -> Chalice:
    app = Application("echo")
    app.api.binary_types = ["multipart/form-data", "image/png"]

    @app.route("/api/things/{name}", methods=["GET", "PUT"], content_types=BOTH)
    def thing(name: str) -> dict[str, Any]:
        return {"name": name, "event": app.current_request.to_original_event()}

    @app.route("/api/things/best")
    def best() -> dict[str, Any]:
        return {"best": True}

    @app.route("/api/things", methods=["POST"], content_types=BOTH)
    def make() -> dict[str, Any]:
        event = app.current_request.to_original_event()
        return {"event": event, "raw": base64.b64encode(app.current_request.raw_body).decode()}

    @app.route("/api/answers/{kind}")
    def answer(kind: str) -> Response:
        return {
            "empty": Response("", {"X-Kind": "empty"}, 204),
            "picture": Response(b"\x89PNG\0", {"Content-Type": "image/png"}, 200),
            "cookies": Response({}, {"Set-Cookie": ["a=1", "b=2"]}, 201),
            "long": Response({"text": "x" * 5000}, {}, 200),
        }[kind]

    return app


class _Crashing(Functions):
    """Functions that fail as one does that runs out of memory, when a request asks for it."""

    def call_api(self, event: dict[str, Any]) -> dict[str, Any]:
        if event["queryStringParameters"] == {"crash": "1"}:
            raise MemoryError
        return super().call_api(event)


@pytest.fixture(scope="module")
def api() -> Iterator[HttpClient]:
    server = Server(listen(free_port()))

    def nothing(_environ: Environ) -> Answer:
        return problem(404, "not_found", "not under test")

    server.start(Gateway(ApiGateway(_Crashing(_app())).handle, nothing, nothing, None))
    yield HttpClient(f"http://127.0.0.1:{server.port}")
    server.stop()


def _event(api: HttpClient, method: str, path: str, **options: Any) -> dict[str, Any]:
    event: dict[str, Any] = api.request(method, path, **options).json()["event"]
    return event


def test_the_event_is_the_one_of_api_gateway(api: HttpClient) -> None:
    event = _event(api, "GET", "/api/things/one?a=1&a=2&b=%C3%A9+x", headers={"User-Agent": "tester"})
    assert event["resource"] == "/api/things/{name}"
    assert event["path"] == "/api/things/one"
    assert event["httpMethod"] == "GET"
    assert event["pathParameters"] == {"name": "one"}
    assert event["queryStringParameters"] == {"a": "2", "b": "é x"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["é x"]}
    assert event["headers"]["User-Agent"] == "tester"
    assert event["multiValueHeaders"]["User-Agent"] == ["tester"]
    assert (event["body"], event["isBase64Encoded"], event["stageVariables"]) == (None, False, None)
    context = event["requestContext"]
    assert context["resourcePath"] == "/api/things/{name}"
    assert (context["httpMethod"], context["path"]) == ("GET", "/api/things/one")
    assert (context["identity"]["sourceIp"], context["identity"]["userAgent"]) == ("127.0.0.1", "tester")
    assert {"requestId", "requestTime", "requestTimeEpoch", "stage", "apiId", "accountId"} <= set(context)


def test_what_is_absent_is_null(api: HttpClient) -> None:
    event = _event(api, "POST", "/api/things")
    assert event["pathParameters"] is None
    assert event["queryStringParameters"] is None
    assert event["multiValueQueryStringParameters"] is None
    assert event["body"] is None


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("plain", "plain"), ("two%20words", "two words"), ("%C3%A9t%C3%A9", "été"), ("a+b", "a+b"),
        ("a%2Fb", "a/b"), ("100%25", "100%"), ("%7Bx%7D", "{x}"),
    ],
)  # fmt: skip
def test_path_parameters_are_decoded_once(api: HttpClient, sent: str, name: str) -> None:
    assert api.request("GET", f"{api.base_url}/api/things/{sent}").json()["name"] == name


def test_a_literal_path_wins_over_a_parameter(api: HttpClient) -> None:
    assert api.get("/api/things/best").json() == {"best": True}


def test_a_body_of_text_arrives_as_text(api: HttpClient) -> None:
    answer = api.post("/api/things", {"text": "é"}).json()
    assert json.loads(answer["event"]["body"]) == {"text": "é"}
    assert answer["event"]["isBase64Encoded"] is False


def test_a_binary_body_arrives_whole(api: HttpClient) -> None:
    content = bytes(range(256)) * 100
    answer = api.post_form("/api/things", {"field": "é"}, {"file": File("model.stl", content)}).json()
    assert answer["event"]["isBase64Encoded"] is True
    assert content in base64.b64decode(answer["raw"])


def test_answers_keep_status_headers_and_bytes(api: HttpClient) -> None:
    empty = api.get("/api/answers/empty")
    assert (empty.status, empty.body, empty.headers["X-Kind"]) == (204, b"", "empty")
    picture = api.request("GET", "/api/answers/picture", headers={"Accept": "image/png"})
    assert (picture.body, picture.headers["Content-Type"]) == (b"\x89PNG\0", "image/png")
    cookies = api.get("/api/answers/cookies")
    assert (cookies.status, cookies.headers.get_all("Set-Cookie")) == (201, ["a=1", "b=2"])


def test_bytes_are_for_those_who_accept_them_first(api: HttpClient) -> None:
    picture = api.request("GET", "/api/answers/picture", headers={"Accept": "*/*, image/png"})
    assert picture.body == base64.b64encode(b"\x89PNG\0")


def test_long_answers_are_compressed_when_asked(api: HttpClient) -> None:
    answer = api.request("GET", "/api/answers/long", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 500


def _shape(answer: HttpResponse) -> set[str]:
    assert answer.headers["Content-Type"] == "application/json"
    return set(answer.json())


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/things/one/two", 404, "not_found"),
        ("GET", "/api/things/", 405, "method_not_allowed"),
        ("DELETE", "/api/things/one", 405, "method_not_allowed"),
        ("HEAD", "/api/things/one", 405, None),
        ("GET", "/api/things/one?crash=1", 502, "internal_error"),
    ],
)
def test_what_never_reaches_a_view_answers_in_our_shape(
    api: HttpClient, method: str, path: str, status: int, error: str | None
) -> None:
    answer = api.request(method, path)
    assert answer.status == status
    if error:
        assert _shape(answer) == {"error", "message", "details"}
        assert answer.json()["error"] == error
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize("size", [10 * 1024 * 1024 + 1, 7 * 1024 * 1024])
def test_a_body_over_the_limits_of_aws_is_refused(api: HttpClient, size: int) -> None:
    answer = api.post_form("/api/things", {}, {"file": File("big.stl", b"x" * size)})
    assert answer.status == 413
    assert _shape(answer) == {"error", "message", "details"}
    assert "/submit/uploads" in answer.json()["message"]


_FORGED = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "Forwarded": "for=6.6.6.6"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_the_clients_address_is_the_peers_whatever_headers_say(api: HttpClient) -> None:
    peer = HTTPConnection(urlsplit(api.base_url).netloc, source_address=("127.0.0.2", 0))
    with closing(peer):
        peer.request("GET", "/api/things/one", headers=_FORGED)
        event = json.load(peer.getresponse())["event"]
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.2"
    assert event["headers"]["X-Forwarded-For"] == "127.0.0.2"
    assert event["headers"]["X-Forwarded-Proto"] == "http"


def test_a_reverse_proxy_on_this_machine_speaks_for_its_client(api: HttpClient) -> None:
    event = _event(api, "GET", "/api/things/one", headers=_FORGED)
    assert event["requestContext"]["identity"]["sourceIp"] == "6.6.6.6"
    assert event["headers"]["X-Forwarded-Proto"] == "https"


def test_concurrent_requests_do_not_mix(api: HttpClient) -> None:
    def ask(number: int) -> bool:
        answer = api.request("PUT", f"/api/things/{number}", body=b"%d" % number).json()
        return bool(answer["name"] == str(number) and answer["event"]["body"] == str(number))

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(ask, range(600)))
