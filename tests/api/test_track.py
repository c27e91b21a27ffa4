"""Where a student's job is, for whoever holds the link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import days
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import clock, tokens
from infra.http_client import HttpClient
from tests.steps import API, act, confirm_token, lock, ok, refused, show, submit, to_status, walk

WAY = ["UPLOADED", "PENDING", "READYTOPRINT", "PRINTING", "COMPLETED", "PAIDPICKEDUP"]


def _track(http: HttpClient, job: dict[str, Any]) -> Any:
    return ok(http.get(f"{API}/track/{tokens.tracking(job['id'])}"))


def test_the_way_of_a_job(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for here, status in enumerate(walk(staff, job)):
        tracked, shown = _track(http, job), show(staff, job)
        assert [step["status"] for step in tracked["timeline"]] == WAY
        assert [step["current"] for step in tracked["timeline"]] == [i == here for i in range(len(WAY))]
        times = [step["at"] for step in tracked["timeline"]]
        assert all(times[: here + 1])
        assert times[: here + 1] == sorted(times[: here + 1])
        assert times[here] == shown["status_entered_at"]
        assert times[here + 1 :] == [None] * (len(WAY) - here - 1)
        assert (tracked["status"], tracked["status_label"]) == (status.value, status.label)
        assert tracked["cost_cents"] == (None if status is Status.UPLOADED else 453)
        assert tracked["message"]
        assert tracked["reject_reasons"] == []


def test_the_link_of_the_submission(http: HttpClient) -> None:
    job = submit(http)
    token = job["tracking_url"].partition("token=")[2]
    tracked = ok(http.get(f"{API}/track/{token}"))
    assert tracked["short_id"] == job["short_id"]
    assert tracked["created_at"] == job["created_at"]


def test_a_rejected_job_says_why(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(act(staff, job, Action.REJECT, reasons=["Walls too thin"], custom_reason="Ask Sam."))
    tracked = _track(http, job)
    assert tracked["reject_reasons"] == ["Walls too thin", "Ask Sam."]
    assert [step["status"] for step in tracked["timeline"]] == ["UPLOADED", "REJECTED"]
    assert tracked["timeline"][-1]["current"] is True


def test_a_closed_job(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.ARCHIVED)
    assert _track(http, job)["status_label"] == "Archived"


def test_a_print_that_failed_is_in_the_queue_again(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.PRINTING)
    ok(act(staff, job, Action.MARK_FAILED))
    tracked = _track(http, job)
    assert [step["at"] is not None for step in tracked["timeline"]] == [True] * 3 + [False] * 3


def test_the_place_in_the_queue(http: HttpClient, staff: HttpClient) -> None:
    jobs = [submit(http) for _ in range(3)]
    for job in reversed(jobs):  # who confirmed first is first
        to_status(staff, job, Status.READYTOPRINT)
    assert [_track(http, job)["queue_position"] for job in jobs] == [3, 2, 1]
    ok(act(staff, jobs[2], Action.MARK_PRINTING))
    assert [_track(http, job)["queue_position"] for job in jobs] == [2, 1, None]


def test_nothing_personal_is_behind_the_link(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    text = http.get(f"{API}/track/{tokens.tracking(job['id'])}").text
    for secret in ("jane@example.edu", "ARCH 4000", "Sam Ortiz", confirm_token(job["id"])):
        assert secret not in text


def test_other_tokens_track_nothing(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    good = tokens.tracking(job["id"])
    for forged in (confirm_token(job["id"]), job["id"], good[:-5], good[1:], "x", "%00"):
        assert refused(http.get(f"{API}/track/{forged}"), 404, "not_found") == {"reason": "invalid"}
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    assert refused(http.get(f"{API}/track/{good}"), 404, "not_found") == {"reason": "deleted"}


def test_no_estimate_before_the_lab_has_finished_some_prints(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    assert _track(http, job)["estimate"] is None
    to_status(staff, job, Status.READYTOPRINT)
    assert _track(http, job)["estimate"] is None


def test_an_estimate_from_what_was_finished_lately(http: HttpClient, staff: HttpClient) -> None:
    """A print a day on this machine, two before this one: about three days."""
    for day in range(1, 15):
        days.add((clock.now().date() - timedelta(days=day)).isoformat(), {"completed|printer:prusa-mk4s": 1})
    first, second, third = (submit(http) for _ in range(3))
    for job, status in (
        (first, Status.PRINTING),
        (second, Status.READYTOPRINT),
        (third, Status.READYTOPRINT),
    ):
        to_status(staff, job, status)
    shown = _track(http, third)
    assert shown["queue_position"] == 2
    estimate = shown["estimate"]
    assert (estimate["finished_lately"], estimate["days"]) == (14, 14)
    earliest, latest = (datetime.fromisoformat(estimate[name]) for name in ("earliest", "latest"))
    assert timedelta(days=0.9) < earliest - clock.now() < timedelta(days=1.3)
    assert timedelta(days=5) < latest - clock.now() < timedelta(days=5.6)
    assert _track(http, first)["estimate"]["latest"] < estimate["latest"]
