"""Routes with their authorisation in sight.

A handler is a function of (call, path parameters, and the pydantic model of what it reads: the
query of a GET, the JSON body of anything else) that answers a pydantic model.
`Routes` adds what every endpoint needs: the session and role check, the error
shape, idempotency keys, and the release of the caller's lock when a change fails.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, get_type_hints

from chalice.app import Chalice, Response
from pydantic import BaseModel

from chalicelib import metrics
from chalicelib.api import errors, origin
from chalicelib.api.call import Call
from chalicelib.api.views.jobs import show
from chalicelib.aws import jobs, limits, outages
from chalicelib.domain.errors import (
    Conflict,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    PrintLabError,
    Unavailable,
)
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import clock, locking, restoring, sessions
from chalicelib.services.changes import AlreadyApplied
from chalicelib.services.sessions import LoggedIn

log = logging.getLogger(__name__)

PREFIX = "/api/v1"

_MAX_PARAMETER_BYTES = 1000
_COME_BACK = "A part of PrintLab does not answer at the moment. Nothing is lost; please try again."

Handler = Callable[..., BaseModel | Response]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Route:
    """One endpoint: who may call it and what a success is called."""

    method: str
    path: str
    allow: frozenset[Actor]
    handler: Handler
    status: int = 200
    frees_lock: bool = False
    keeps_answer: bool = True
    answers: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    refuses: tuple[int, ...] = ()
    caches: bool = False
    files: tuple[str, ...] = ()
    reports_outages: bool = False

    @cached_property
    def reads(self) -> tuple[str, type[BaseModel]] | None:
        """The parameter that takes what was sent, and its model."""
        hints = get_type_hints(self.handler)
        return next(
            (
                (name, hint)
                for name, hint in hints.items()
                if name != "return" and isinstance(hint, type) and issubclass(hint, BaseModel)
            ),
            None,
        )

    @property
    def name(self) -> str:
        """The handler's name, for logs and the contract."""
        return self.handler.__name__

    @property
    def public(self) -> bool:
        """True when no session is needed."""
        return Actor.STUDENT in self.allow


class Routes:
    """The endpoints of one resource."""

    def __init__(self) -> None:
        self.table: list[Route] = []

    def get(
        self,
        path: str,
        *,
        allow: set[Actor],
        answers: type[BaseModel] | None = None,
        refuses: tuple[int, ...] = (),
        caches: bool = False,
        reports_outages: bool = False,
    ) -> Callable[[H], H]:
        """A read.

        `answers` names the model where the handler builds the response itself, `refuses` the
        statuses beyond those that follow from the route's kind; `caches`: it may answer 304;
        `reports_outages`: with 503 it answers the same model as with 200.
        """
        return self._add(
            "GET",
            path,
            allow,
            answers=answers,
            refuses=refuses,
            caches=caches,
            reports_outages=reports_outages,
        )

    def post(
        self,
        path: str,
        *,
        allow: set[Actor],
        status: int = 200,
        frees_lock: bool = False,
        form: type[BaseModel] | None = None,
        keeps_answer: bool = True,
        answers: type[BaseModel] | None = None,
        files: tuple[str, ...] = (),
        refuses: tuple[int, ...] = (),
    ) -> Callable[[H], H]:
        """A change.

        `frees_lock`: a failure releases the caller's lock on the job, as a success does.
        `keeps_answer`: the answer is stored for repeats with the same Idempotency-Key; False for secrets.
        `form`: the fields of a multipart form that the handler reads itself.
        `files`: the content types of files that it may answer with instead of `answers`.
        """
        return self._add(
            "POST",
            path,
            allow,
            status=status,
            frees_lock=frees_lock,
            form=form,
            keeps_answer=keeps_answer,
            answers=answers,
            files=files,
            refuses=refuses,
        )

    def put(self, path: str, *, allow: set[Actor]) -> Callable[[H], H]:
        """The replacement of a whole document, if it is still the one that the caller saw."""
        return self._add("PUT", path, allow, refuses=(412,))

    def patch(self, path: str, *, allow: set[Actor], frees_lock: bool = False) -> Callable[[H], H]:
        """A partial change."""
        return self._add("PATCH", path, allow, frees_lock=frees_lock)

    def delete(
        self, path: str, *, allow: set[Actor], frees_lock: bool = False, refuses: tuple[int, ...] = ()
    ) -> Callable[[H], H]:
        """A removal."""
        return self._add("DELETE", path, allow, frees_lock=frees_lock, refuses=refuses)

    def _add(self, method: str, path: str, allow: set[Actor], **options: Any) -> Callable[[H], H]:
        def remember(handler: H) -> H:
            self.table.append(Route(method, PREFIX + path, frozenset(allow), handler, **options))
            return handler

        return remember


def register(app: Chalice, route: Route) -> None:
    """Make `route` an endpoint of `app`."""

    def view(**params: str) -> Response:
        return _serve(app.current_request, route, params)

    view.__name__ = route.name
    # An unlisted content type would be refused by Chalice before our error shape applies.
    kinds = ["application/json", "multipart/form-data", "*/*"]
    app.route(route.path, methods=[route.method], name=route.name, content_types=kinds)(view)


def _serve(request: Any, route: Route, params: dict[str, str]) -> Response:
    started = time.perf_counter()
    response = _answered(request, route, params)
    metrics.request(f"{route.method} {route.path}", response.status_code, time.perf_counter() - started)
    return response


def _answered(request: Any, route: Route, params: dict[str, str]) -> Response:
    call = Call(request, None, f"{route.method} {route.path}")
    try:
        origin.require(request)
        call.session = _session(call, route)
        _refuse_endless(params)
        return _once(call, route, params)
    except PrintLabError as error:
        return errors.answer(error)
    except Exception as error:
        if component := outages.component_down(error):
            log.warning("unavailable", extra={"route": route.name, "component": component})
            return errors.answer(Unavailable(_COME_BACK, component=component))
        request_id = request.context.get("requestId", "")
        log.exception("unhandled", extra={"route": route.name, "request_id": request_id})
        return errors.internal(request_id)


def _refuse_endless(params: dict[str, str]) -> None:
    """Raise NotFound for an id or name that is longer than any of ours: DynamoDB takes no such key."""
    if any(len(value.encode()) > _MAX_PARAMETER_BYTES for value in params.values()):
        raise NotFound("There is nothing of that name.")


def _session(call: Call, route: Route) -> LoggedIn | None:
    if route.public:
        if route.method != "GET":  # a session ends with a restore; who needs none is stopped here
            restoring.refuse_meanwhile()
        return None
    try:
        kind, _, token = (call.headers.get("authorization") or "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise NotAuthenticated("Please log in.")
        if route.caches:
            session, call.tally = sessions.authenticate_and_tally(token)
        else:
            session = sessions.authenticate(token)
        # An administrator's workstation may do all that a staff workstation may.
        roles = {session.actor} | ({Actor.STAFF} if session.actor is Actor.ADMIN else set())
        if not roles & route.allow:
            raise NotPermitted("This needs an administrator's workstation.")
        return session
    except PrintLabError as refusal:
        log.warning(
            "access refused",
            extra={"route": route.name, "address": call.address, "reason": refusal.code},
        )
        raise


def _once(call: Call, route: Route, params: dict[str, str]) -> Response:
    """Run the handler, or answer a repeat of the same call with the first answer."""
    key = call.idempotency_key
    if key is None or not route.keeps_answer:
        return _run(call, route, params)
    earlier = limits.start_once(key, call.fingerprint, clock.now())
    if earlier is not None:
        return _repeat(earlier)
    try:
        response = _run(call, route, params)
    except BaseException:
        limits.give_back(key, call.fingerprint)
        raise
    kept = {"status": response.status_code, "body": response.body}
    try:
        limits.finish_once(key, call.fingerprint, kept, clock.now())
    except Exception:  # the work is done: an honest answer matters more than a perfect repeat
        log.exception("answer not kept", extra={"route": route.name})
    return response


def _run(call: Call, route: Route, params: dict[str, str]) -> Response:
    try:
        return _answer(route, route.handler(call, **params, **_sent(call, route)))
    except AlreadyApplied as done:
        # The first attempt committed and crashed before it could answer.
        return _answer(route, show(call.workstation, jobs.get(done.job_id)))
    except Exception:
        if route.frees_lock and call.session:
            _free_lock(params["job_id"], call.session.workstation.id)
        raise


def _free_lock(job_id: str, workstation_id: str) -> None:
    try:
        locking.release(job_id, workstation_id)
    except Exception:  # it ends by itself; what the caller must hear is why the change failed
        log.exception("lock not released", extra={"job_id": job_id})


def _sent(call: Call, route: Route) -> dict[str, BaseModel]:
    """What the caller sent, as the model that the handler asks for."""
    if route.reads is None:
        return {}
    name, model = route.reads
    return {name: call.query(model) if route.method == "GET" else call.read(model)}


def _repeat(earlier: limits.Earlier) -> Response:
    if not earlier.same_request:
        raise Conflict("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
    if earlier.answer is None:
        raise Conflict("The same request is still running. Try again.", code="request_in_progress")
    headers: dict[str, str | list[str]] = {**_HEADERS, "Idempotency-Replayed": "true"}
    return Response(earlier.answer["body"], headers, earlier.answer["status"])


_HEADERS: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}


def _answer(route: Route, result: BaseModel | Response) -> Response:
    if isinstance(result, Response):
        return result
    return Response(result.model_dump_json(), dict(_HEADERS), route.status)
