"""What administrators see of the lab's upkeep."""

from __future__ import annotations

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.services.retention import Run


class RetentionView(BaseModel):
    """What was due, since when the first and the last of it stand in their status, and what became of it."""

    dry_run: bool
    retention_days: int
    due: int
    oldest: Time | None
    newest: Time | None
    done: int
    skipped: int
    failed: int
    remaining: int

    @classmethod
    def of(cls, run: Run, *, dry_run: bool) -> RetentionView:
        """From a run or a preview."""
        return cls(dry_run=dry_run, **vars(run))
