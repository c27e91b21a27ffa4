"""What was paid in the old system counts as it does in ours."""

from __future__ import annotations

from tests.legacy.moving_in import take_over
from tests.legacy.old_lab import OldLab
from tests.steps import row


def test_what_was_paid_stands_at_the_job(old: OldLab) -> None:
    was = old.job("PAIDPICKEDUP")
    take_over(old)
    assert row(was["id"]).paid_cents == 238
