"""Answers about money."""

from __future__ import annotations

from pydantic import BaseModel

from chalicelib.api.views.common import Time


class ExportLink(BaseModel):
    """Where a file waits that is not the answer itself; `rows` is the number of payments in it."""

    url: str
    expires_at: Time
    filename: str
    rows: int
