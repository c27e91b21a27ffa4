"""The contract: an OpenAPI 3.1 document made from the routes and the models that validate."""

from __future__ import annotations

import re
from typing import Any, get_type_hints

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.api import answer_examples, examples
from chalicelib.api.routing import Route
from chalicelib.domain.lifecycle import Actor

_REF = "#/components/schemas/{model}"
_ERROR = {
    "type": "object",
    "description": "Every refusal has this shape.",
    "required": ["error", "message", "details"],
    "properties": {
        "error": {"type": "string", "description": "for programs"},
        "message": {"type": "string", "description": "for people"},
        "details": {"type": "object", "description": "facts: names of fields, the status, seconds to wait"},
    },
}
_MEANINGS = {
    400: "Something sent is wrong; `details.fields` names each field",
    401: "No valid session",
    403: "The session may not do this",
    404: "There is no such thing",
    409: "The state of the job does not allow it now",
    410: "It existed and its time is over",
    412: "Somebody else changed it meanwhile",
    413: "More bytes than this way accepts",
    415: "A body of a kind that is not read here",
    429: "Too often; `Retry-After` says how many seconds to wait",
    503: "A part that this needs does not answer",
}
_MODES: tuple[Any, Any] = ("validation", "serialization")


def document(routes: tuple[Route, ...]) -> dict[str, Any]:
    """The whole contract as a JSON-ready dictionary."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PrintLab",
            "version": "1",
            "description": "Times are UTC in ISO 8601, sizes in bytes, money in cents.",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {"workstation": {"type": "http", "scheme": "bearer"}},
        },
    }


def answer_of(route: Route) -> type[BaseModel]:
    """The model of a success."""
    model: type[BaseModel] = route.answers or get_type_hints(route.handler)["return"]
    return model


def who_may_call(route: Route) -> str:
    """In words: anybody, or which workstations."""
    if route.public:
        return "anybody"
    roles = set(route.allow) | ({Actor.ADMIN} if Actor.STAFF in route.allow else set())
    return ", ".join(role.value for role in Actor if role in roles)


def statuses_of(route: Route) -> list[int]:
    """The refusals that a route may answer with."""
    found = {503} | set(route.refuses)
    if route.reads or route.method != "GET":
        found |= {400}
    if route.method != "GET":
        found |= {409, 415}
    if not route.public:
        found |= {401, 403}
    if "{" in route.path:
        found |= {404}
    return sorted(found)


def _operation(route: Route) -> dict[str, Any]:
    summary, _, rest = (route.handler.__doc__ or "").strip().partition("\n")
    operation: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.handler.__module__.rpartition(".")[2]],
        "summary": summary,
        "description": f"{rest.strip()}\n\nWho: {who_may_call(route)}.".strip(),
        "security": [] if route.public else [{"workstation": []}],
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    body = _body(route)
    if body:
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]
    if route.method == "GET" and route.reads:
        schema = route.reads[1].model_json_schema(ref_template=_REF)
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": field}
            for name, field in schema.get("properties", {}).items()
        ]
    if route.caches:
        etag = {"type": "string"}
        found.append({"name": "If-None-Match", "in": "header", "required": False, "schema": etag})
    if 412 in route.refuses:
        # Whoever replaces a whole document must name it; who changes a part of one may.
        version = {"type": "string", "description": "the ETag of what was edited"}
        found.append(
            {"name": "If-Match", "in": "header", "required": route.method == "PUT", "schema": version}
        )
    if route.method != "GET" and route.keeps_answer:
        key = {"type": "string", "maxLength": 200}
        found.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": key})
    return found


def _body(route: Route) -> dict[str, Any] | None:
    if route.form:
        fields = route.form.model_json_schema(ref_template=_REF)
        fields["properties"] = {**fields["properties"], "file": {"type": "string", "format": "binary"}}
        fields["required"] = [*fields.get("required", []), "file"]
        return {"multipart/form-data": {"schema": fields}}
    if route.method == "GET" or not route.reads:
        return None
    name = route.reads[1].__name__
    body: dict[str, Any] = {"schema": {"$ref": _REF.format(model=name)}}
    if name in examples.REQUESTS:
        body["example"] = examples.REQUESTS[name]
    return {"application/json": body}


def _responses(route: Route) -> dict[str, Any]:
    model = answer_of(route)
    schema = {"$ref": _REF.format(model=model.__name__)}
    success = {"schema": schema, "example": answer_examples.of(model)}
    content = {"application/json": success} | {kind: {"schema": {"type": "string"}} for kind in route.files}
    found: dict[str, Any] = {str(route.status): {"description": "Done", "content": content}}
    refusal = {"schema": {"$ref": _REF.format(model="Error")}}
    for status in statuses_of(route):
        found[str(status)] = {"description": _MEANINGS[status], "content": {"application/json": refusal}}
        if status in examples.ERRORS:
            found[str(status)]["content"] = {
                "application/json": {**refusal, "example": examples.ERRORS[status]}
            }
        if status == 429:
            found[str(status)]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "required": True}}
    if route.reports_outages:
        report = {"schema": {"anyOf": [schema, refusal["schema"]]}}
        found["503"] = {
            "description": "The same report: something is down",
            "content": {"application/json": report},
        }
    if route.caches:
        found[str(route.status)]["headers"] = {"ETag": {"schema": {"type": "string"}, "required": True}}
        found["304"] = {"description": "The caller has the current answer: its ETag was in If-None-Match"}
    return found


def _schemas(routes: tuple[Route, ...]) -> dict[str, Any]:
    sent = {route.reads[1] for route in routes if route.reads and route.method != "GET"}
    answered = {answer_of(route) for route in routes}
    wanted = [(model, _MODES[0]) for model in sent] + [(model, _MODES[1]) for model in answered]
    wanted.sort(key=lambda entry: entry[0].__name__)
    _, definitions = models_json_schema(wanted, ref_template=_REF)
    return {**definitions["$defs"], "Error": _ERROR}
