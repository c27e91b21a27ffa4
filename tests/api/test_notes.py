"""Staff notes on a job: entries are added, never changed."""

from __future__ import annotations

from typing import Any

from infra.http_client import HttpClient, Response
from tests import invariants
from tests.steps import API, SAM, every_status, ok, refused, show, submit, wrong_fields


def _note(desk: HttpClient, job: dict[str, Any], text: Any, staff_name: str = SAM) -> Response:
    return desk.patch(f"{API}/jobs/{job['id']}/notes", {"staff_name": staff_name, "text": text})


def test_notes_are_newest_first_and_say_who_wrote_them(
    http: HttpClient, staff: HttpClient, second: HttpClient
) -> None:
    job = submit(http)
    ok(_note(staff, job, "Looks thin"))
    shown = ok(_note(second, job, "  Called the student: “go ahead” 👍\nTwice.  ", "Jordan Lee"))
    assert [(note["staff_name"], note["text"]) for note in shown["notes"]] == [
        ("Jordan Lee", "Called the student: “go ahead” 👍\nTwice."),
        (SAM, "Looks thin"),
    ]
    assert shown["notes"][0]["at"] > shown["notes"][1]["at"]
    assert shown["notes_count"] == 2
    assert ok(staff.get(f"{API}/jobs"))["jobs"][0]["notes_count"] == 2
    event = shown["events"][-1]
    assert (event["event_type"], event["triggered_by"]) == ("NotesUpdated", "Jordan Lee")
    assert event["details"] == {"characters": 39, "notes": 2}
    invariants.check()


def test_a_note_can_be_written_in_every_status(http: HttpClient, staff: HttpClient) -> None:
    for status, job in every_status(http, staff):
        noted = ok(_note(staff, job, f"It is {status.label}"))
        assert noted["status"] == status.value
        assert noted["notes"][0]["text"] == f"It is {status.label}"
    invariants.check()


def test_a_note_has_its_limits(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    before = invariants.everything()
    for text in ("", "   ", "\n", "x" * 1001, "x" * 4001, None, 5, ["x"]):
        assert list(wrong_fields(_note(staff, job, text))) == ["text"], text
    assert invariants.everything() == before
    ok(_note(staff, job, " " + "ü" * 1000 + " "))


def test_all_notes_together_have_their_limit(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for _ in range(4):
        ok(_note(staff, job, "x" * 1000))
    ok(_note(staff, job, "x" * 999))
    assert "5000" in wrong_fields(_note(staff, job, "xx"))["text"]
    ok(_note(staff, job, "x"))
    assert list(wrong_fields(_note(staff, job, "x"))) == ["text"]
    assert show(staff, job)["notes_count"] == 6


def test_a_note_on_nothing(staff: HttpClient) -> None:
    refused(_note(staff, {"id": "none"}, "Hello"), 404, "not_found")
