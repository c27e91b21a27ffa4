"""For administrators, when something does not work."""

from __future__ import annotations

from chalicelib.api import money
from chalicelib.api.admin_schemas import TestMailRequest
from chalicelib.api.call import MAX_KEY_LENGTH, Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.diagnosis import Diagnosis, TestMailView
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.payment_report import MAX_DAYS
from chalicelib.domain.submissions import MAX_FILE_BYTES, MIN_FILE_BYTES
from chalicelib.services import clock, diagnosis, giving_up, health

routes = Routes()

_LIMITS = {
    "min_file_bytes": MIN_FILE_BYTES,
    "max_file_bytes": MAX_FILE_BYTES,
    "max_export_answer_bytes": money.MAX_ANSWER_BYTES,
    "max_export_days": MAX_DAYS,
    "max_replayed_per_call": giving_up.MAX_REPLAYED,
    "max_idempotency_key_length": MAX_KEY_LENGTH,
}


@routes.get("/_diag", allow={Actor.ADMIN})
def diagnose(call: Call) -> Diagnosis:
    """Configuration without secrets, versions, limits, the clock, and which components answer."""
    return Diagnosis.of(
        now=clock.now(),
        configuration=diagnosis.configuration(),
        versions=diagnosis.versions(),
        limits=_LIMITS,
        components=health.probe(),
    )


@routes.post("/_diag/test-email", allow={Actor.ADMIN}, refuses=(429,))
def send_test_mail(call: Call, wanted: TestMailRequest) -> TestMailView:
    """Send a mail to an address, at most five an hour; `said` is the mail server's own answer."""
    return TestMailView(**vars(diagnosis.send_test_mail(wanted.to, call.staff)))
