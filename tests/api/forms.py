"""The small way to submit: form and file in one request."""

from __future__ import annotations

from typing import Any

from infra.http_client import File, HttpClient, Response
from tests.steps import API, FORM


def post_small(http: HttpClient, content: bytes, filename: str = "bracket.stl", **overrides: Any) -> Response:
    """Form and file in one multipart request; None leaves a field out."""
    fields = {name: str(value) for name, value in {**FORM, **overrides}.items() if value is not None}
    return http.post_form(f"{API}/submit", fields, {"file": File(filename, content)})
