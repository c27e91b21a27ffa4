"""The functions under the rights that they have on AWS: what one does but may not, fails the test.

botocore's hooks see every call of the application before it is sent; each is held against the statements of
infra/deploy/permissions.py for the function that runs. Nothing is refused, so that no code takes another way.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fnmatch import fnmatchcase
from typing import Any

from chalice.app import Chalice

from chalicelib.aws import files, queues
from chalicelib.aws.table import connection
from infra.deploy.permissions import FUNCTIONS, statements
from infra.local import environment, template
from infra.local.functions import Functions
from infra.local.provision import parameters

Needed = tuple[str, str]  # what is done, and to what

_RESOURCES = template.resources(parameters(environment.STAGE, environment.BUCKET, "http://localhost"))
_NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
}
_PHYSICAL: dict[str, str] = {
    r.logical_id: r.properties[_NAMES[r.type]] for r in _RESOURCES if r.type in _NAMES
}
_STAGED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_OBJECTS = {"HeadObject": "GetObject", "GetObject": "GetObject", "DeleteObject": "DeleteObject"}


class Guard:
    """Who runs, and what was done without the right to."""

    def __init__(self) -> None:
        self.denied: set[tuple[str, str, str]] = set()
        self._current: ContextVar[str | None] = ContextVar("function", default=None)
        self._running: list[str] = []
        self._changing = threading.Lock()
        self._rights = {name: list(_allowed(name)) for name in FUNCTIONS}
        for client in (files.client(), queues.client(), connection().client):
            client.meta.events.register("provide-client-params", self._look)

    @contextmanager
    def as_(self, function: str) -> Iterator[None]:
        """Let `function` do what happens inside the block."""
        token = self._current.set(function)
        with self._changing:
            self._running.append(function)
        try:
            yield
        finally:
            with self._changing:
                self._running.remove(function)
            self._current.reset(token)

    def _look(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        # A thread that a function started knows not whose it is; what no function does, a test does.
        current = self._current.get()
        suspects = [current] if current else sorted(set(self._running))
        for action, resource in _needed(model.service_model.service_name, model.name, params):
            if suspects and not any(self._may(function, action, resource) for function in suspects):
                self.denied.add((" or ".join(suspects), action, resource))

    def _may(self, function: str, action: str, resource: str) -> bool:
        return any(
            action in actions and fnmatchcase(resource, pattern)
            for actions, pattern in self._rights[function]
        )


class Guarded(Functions):
    """The functions of an application, watched by a guard."""

    def __init__(self, app: Chalice, guard: Guard) -> None:
        super().__init__(app)
        self._guard = guard

    def call_api(self, event: dict[str, Any]) -> dict[str, Any]:
        """Handle one event of the API gateway."""
        with self._guard.as_("api_handler"):
            return super().call_api(event)

    def call(self, function: str, event: dict[str, Any]) -> Any:
        """Call an event function."""
        with self._guard.as_(function):
            return super().call(function, event)


def _allowed(function: str) -> Iterator[tuple[list[str], str]]:
    for statement in statements(FUNCTIONS[function]):
        yield statement["Action"], _pattern(statement["Resource"])


def _pattern(resource: Any) -> str:
    """A resource as this module names them: the physical name and what is inside, "x-jobs/index/*"."""
    if resource == "*":
        return "*"
    if "Fn::GetAtt" in resource:
        return _PHYSICAL.get(resource["Fn::GetAtt"][0], "")
    logical, _, inside = resource["Fn::Sub"].removeprefix("${").partition(".Arn}")
    return f"{_PHYSICAL[logical]}{inside}" if logical in _PHYSICAL else ""


def _needed(service: str, operation: str, params: dict[str, Any]) -> Iterator[Needed]:
    known = {"dynamodb": _on_rows, "s3": _on_objects, "sqs": _on_messages}[service]
    for action, resource in known(operation, params):
        yield f"{service}:{action}", resource


def _on_rows(operation: str, params: dict[str, Any]) -> Iterator[Needed]:
    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            ((kind, request),) = item.items()
            yield _STAGED[kind], request["TableName"]
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        yield from ((operation, table) for table in params["RequestItems"])
    else:
        index = f"/index/{params['IndexName']}" if params.get("IndexName") else ""
        yield operation, params["TableName"] + index


def _on_objects(operation: str, params: dict[str, Any]) -> Iterator[Needed]:
    bucket = params["Bucket"]
    place = f"{bucket}/{params.get('Key', '')}"
    if operation == "CopyObject":
        source = params["CopySource"]
        yield _of_version("GetObject", source), f"{source['Bucket']}/{source['Key']}"
        yield "PutObject", place
    elif operation in _OBJECTS:
        yield _of_version(_OBJECTS[operation], params), place
    elif operation == "ListObjectVersions":
        yield "ListBucketVersions", bucket
    elif operation == "CreateBucket":
        return  # botocore's stand-in while it signs a presigned POST: nothing is sent
    elif operation in {"HeadBucket", "ListObjectsV2"}:
        yield "ListBucket", bucket
    else:
        yield operation, place


def _of_version(action: str, params: dict[str, Any]) -> str:
    return action + ("Version" if params.get("VersionId") else "")


def _on_messages(operation: str, params: dict[str, Any]) -> Iterator[Needed]:
    queue = params.get("QueueName") or params["QueueUrl"].rpartition("/")[2]
    yield operation.removesuffix("Batch"), queue
