"""One HTTP call as a handler sees it: who asks, and what was sent, already checked."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from chalicelib.api import form_data, origin
from chalicelib.api.findings import words
from chalicelib.aws.counters import Tally
from chalicelib.domain.errors import InvalidInput, NotAuthenticated, UnsupportedType
from chalicelib.domain.people import Caller
from chalicelib.services import sessions
from chalicelib.services.sessions import LoggedIn

Model = TypeVar("Model", bound=BaseModel)

MAX_KEY_LENGTH = 200


class Call:
    """The request behind one handler call. `session` is None on public routes, `route` is method and path.

    `tally` is there where the answer depends on whether any job has changed.
    """

    def __init__(self, request: Any, session: LoggedIn | None, route: str) -> None:
        self.request = request
        self.session = session
        self.tally: Tally | None = None
        self.route = route

    @property
    def method(self) -> str:
        """The HTTP method."""
        method: str = self.request.method
        return method

    @property
    def headers(self) -> Any:
        """The request's headers, looked up in any case."""
        return self.request.headers

    @property
    def body(self) -> bytes:
        """The body as sent."""
        body: bytes = self.request.raw_body or b""
        return body

    @property
    def address(self) -> str:
        """The client's network address, for rate limits."""
        return origin.client_address(self.request)

    @property
    def workstation(self) -> LoggedIn:
        """The session. Raises NotAuthenticated where there is none."""
        if self.session is None:
            raise NotAuthenticated("Please log in.")
        return self.session

    @property
    def staff(self) -> Caller:
        """The staff member named by `staff_name` in the body, at this workstation. Reads the table."""
        name = self._json().get("staff_name")
        if not isinstance(name, str) or not name:
            raise InvalidInput.field("staff_name", "Say who acts: the name of an active staff member.")
        return sessions.attribute(self.workstation, name, self.request_id)

    @cached_property
    def idempotency_key(self) -> str | None:
        """The caller's key for this call, scoped to route and workstation so that keys never meet."""
        given = self.headers.get("idempotency-key")
        if not given or self.method == "GET":
            return None
        if len(given) > MAX_KEY_LENGTH:
            raise InvalidInput.field("Idempotency-Key", f"At most {MAX_KEY_LENGTH} characters.")
        who = self.session.workstation.id if self.session else "public"
        return hashlib.sha256("\n".join([self.route, who, given]).encode()).hexdigest()

    @property
    def request_id(self) -> str | None:
        """What ties a change to this very call and its repeats: the key together with what was asked."""
        key = self.idempotency_key
        return hashlib.sha256((key + self.fingerprint).encode()).hexdigest() if key else None

    @cached_property
    def fingerprint(self) -> str:
        """What was asked: the same key with another fingerprint is a mistake."""
        path = json.dumps(self.request.uri_params or {}, sort_keys=True)
        # Clients draw a new boundary for each attempt at sending the same form.
        boundary = form_data.boundary(self.headers.get("content-type") or "")
        said = self.body.replace(boundary, b"") if boundary else self.body
        return hashlib.sha256(path.encode() + b"\n" + said).hexdigest()

    @property
    def expected_version(self) -> int | None:
        """The version that `If-Match` names, by our own ETags; None without the header or for "*"."""
        given = (self.headers.get("if-match") or "*").strip()
        if given == "*":
            return None
        number = given.removeprefix("W/").strip('"').partition("-")[0]
        if not number.isdigit():
            raise InvalidInput.field("If-Match", "Use the ETag of an earlier answer.")
        return int(number)

    def read(self, model: type[Model]) -> Model:
        """The JSON body as `model`. Raises InvalidInput naming each wrong field."""
        self._json()
        return _checked(model, self.body or b"{}")

    def query(self, model: type[Model]) -> Model:
        """The query string as `model`; repeated parameters are refused."""
        given = self.request.query_params
        values = {name: given.getlist(name) for name in given} if given else {}
        repeated = {name: "Give it once." for name, found in values.items() if len(found) > 1}
        if repeated:
            raise InvalidInput("Some parameters are wrong.", fields=repeated)
        try:
            return model.model_validate({name: found[0] for name, found in values.items()}, strict=False)
        except ValidationError as error:
            raise explained(error) from None

    def _json(self) -> dict[str, Any]:
        kind = (self.headers.get("content-type") or "application/json").partition(";")[0].strip().lower()
        if self.body and kind != "application/json":
            raise UnsupportedType("Send JSON with Content-Type: application/json.")
        try:
            body = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise InvalidInput("The body is not valid JSON.", code="invalid_json", fields={}) from None
        if not isinstance(body, dict):
            raise InvalidInput("The body must be a JSON object.", code="invalid_json", fields={})
        return body


def _checked(model: type[Model], body: bytes) -> Model:
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise explained(error) from None


def explained(error: ValidationError) -> InvalidInput:
    """Pydantic's findings as one message per field; a single one is the message, as not every form marks."""
    fields: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in problem["loc"]) or "body"
        fields.setdefault(name, words(problem))
    message = "Please correct the marked fields." if len(fields) > 1 else next(iter(fields.values()))
    return InvalidInput(message, fields=fields)
