"""The API does what its contract says: what it allows never fails, what it forbids is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.api import ROUTES, answer_examples, examples, openapi
from chalicelib.api.routing import Route
from chalicelib.domain.lifecycle import Actor
from infra.http_client import HttpClient
from tests.steps import API, at, ok, submit

# How many calls are made of each operation; CONTRACT_EXAMPLES raises it.
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "12"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BODIES = sorted(
    {route.reads[1] for route in ROUTES if route.reads and route.method != "GET"}, key=attrgetter("__name__")
)

ANSWERS = sorted({openapi.answer_of(route) for route in ROUTES}, key=attrgetter("__name__"))


@pytest.fixture
def contract(http: HttpClient) -> dict[str, Any]:
    document: dict[str, Any] = ok(http.get(f"{API}/openapi.json"))
    return document


def test_the_contract_is_served_and_kept_by_browsers(http: HttpClient, contract: dict[str, Any]) -> None:
    assert contract["openapi"] == "3.1.0"
    assert contract == openapi.document(ROUTES)
    answer = http.get(f"{API}/openapi.json")
    again = http.with_headers(If_None_Match=answer.headers["ETag"]).get(f"{API}/openapi.json")
    assert (again.status, again.body) == (304, b"")


def test_every_operation_says_who_may_call_it_and_how_it_refuses(contract: dict[str, Any]) -> None:
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            assert "Who: " in operation["description"], f"{method} {path}"
            assert operation["security"] in ([], [{"workstation": []}])
            if operation["security"]:
                assert {"401", "403"} <= operation["responses"].keys()


@pytest.mark.parametrize("model", BODIES, ids=attrgetter("__name__"))
def test_every_body_has_an_example_that_is_right(model: type[BaseModel]) -> None:
    model.model_validate_json(json.dumps(examples.REQUESTS[model.__name__]), strict=True)


@pytest.mark.parametrize("model", ANSWERS, ids=attrgetter("__name__"))
def test_every_answer_has_an_example_that_is_right(model: type[BaseModel], contract: dict[str, Any]) -> None:
    """It is what the model itself would send, and it is in the contract of each of its routes."""
    example = answer_examples.of(model)
    assert model.model_validate_json(json.dumps(example)).model_dump(mode="json") == example
    for route in ROUTES:
        if openapi.answer_of(route) is model:
            answers = contract["paths"][route.path][route.method.lower()]["responses"]
            assert answers[str(route.status)]["content"]["application/json"]["example"] == example


def test_who_replaces_a_document_must_name_the_version_that_was_edited(contract: dict[str, Any]) -> None:
    named = {
        (path.removeprefix(API), method): parameter["required"]
        for path, operations in contract["paths"].items()
        for method, operation in operations.items()
        for parameter in operation["parameters"]
        if parameter["name"] == "If-Match"
    }
    assert named == {("/catalog", "put"): True, ("/admin/settings", "post"): False}


def test_a_report_of_outages_is_the_same_with_503(contract: dict[str, Any]) -> None:
    for path in ("/health", "/monitoring/health"):
        answers = contract["paths"][API + path]["get"]["responses"]
        described = [answers[status]["content"]["application/json"]["schema"] for status in ("200", "503")]
        assert described[0] in described[1]["anyOf"]


def _trials() -> Iterator[Any]:
    """Every route with what is right, and with what is wrong where anything can be."""
    for route in ROUTES:
        name = f"{route.method} {route.path.removeprefix(API)}"
        yield pytest.param(route, GenerationMode.POSITIVE, id=f"{name}, right")
        if route.reads or route.form or not route.public or route.method != "GET":
            yield pytest.param(route, GenerationMode.NEGATIVE, id=f"{name}, wrong")


@pytest.mark.parametrize(("route", "mode"), list(_trials()))
def test_no_call_breaks_the_contract(
    route: Route, mode: GenerationMode, http: HttpClient, contract: dict[str, Any]
) -> None:
    """Whatever the contract allows or forbids: no 5xx, and no answer that the contract does not describe."""
    # Real things for the path, so that more than "not found" is met.
    job = submit(http)
    known = {"job_id": job["id"], "name": job["display_name"] + ".stl", "workstation_id": "second-desk"}
    desk = "lab-pc" if route.allow == {Actor.AGENT} else "admin-desk"
    token = at(http, desk).headers["Authorization"]
    schema = schemathesis.openapi.from_dict(contract)
    operation = schema[route.path][route.method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        for real in (False, True):
            if real:
                case.path_parameters = {n: known.get(n, v) for n, v in (case.path_parameters or {}).items()}
            answer = case.call(base_url=http.base_url, headers={"Authorization": token})
            case.validate_response(answer, checks=CHECKS)

    call()
