"""Asking for a new confirmation link, and moving the clock of the last one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from infra.http_client import HttpClient, Response
from tests.steps import API, confirm_token, ok, rewrite

Job = dict[str, Any]


def resend(http: HttpClient, job: Job) -> Response:
    """The student asks for a new link."""
    return http.post(f"{API}/submit/resend-confirmation", {"job_id": job["id"]})


def cool_down(job: Job) -> None:
    """As if the last link had been sent an hour ago."""
    rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(minutes=60))


def new_link(http: HttpClient, job: Job) -> str:
    """The token of a link that voids the earlier ones."""
    cool_down(job)
    ok(resend(http, job))
    return confirm_token(job["id"])
