"""Archive and prune: what is due goes the ordinary way, all of it, once; the rest stays as it is.

RETENTION_JOBS is how many jobs the large run archives (300); 2500 is a year of a busy lab.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws import counters, events, files, jobs
from chalicelib.aws.tables import Event, Job
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.people import SYSTEM
from chalicelib.services import clock, retention
from infra.http_client import HttpClient
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.backlog import fill
from tests.steps import API, SAM, lock, ok, refused, row, wrong_fields

MANY = int(os.environ.get("RETENTION_JOBS", "300"))
S = Status


def run(admin: HttpClient, action: str, **fields: Any) -> dict[str, Any]:
    """Archive or prune at the administrators' desk."""
    answer: dict[str, Any] = ok(admin.post(f"{API}/admin/{action}", {"staff_name": SAM, **fields}))
    return answer


def outcome(answer: dict[str, Any]) -> tuple[int, int, int, int]:
    """Due, done, passed over (changed, locked or failed), and left for another run."""
    return answer["due"], answer["done"], answer["skipped"] + answer["failed"], answer["remaining"]


def told() -> list[tuple[dict[str, Any], str, str | None]]:
    """The events about whole runs."""
    return [(e.details, e.triggered_by, e.workstation_id) for e in events.of_job(events.SYSTEM_EVENTS)]


def test_what_is_over_for_longer_than_the_setting_is_archived(admin: HttpClient) -> None:
    due = fill(S.PAIDPICKEDUP, 2, days=46) + fill(S.REJECTED, 1, days=50)
    stay = fill(S.PAIDPICKEDUP, 1, days=44) + fill(S.COMPLETED, 1, days=400)
    answer = run(admin, "archive")
    assert outcome(answer) == (3, 3, 0, 0)
    assert answer["retention_days"] == 45
    assert [row(job.id).status for job in due] == [S.ARCHIVED] * 3
    assert [row(job.id).status for job in stay] == [S.PAIDPICKEDUP, S.COMPLETED]
    assert told() == [({"operation": "archive", "retention_days": 45, "due": 3}, SAM, "admin-desk")]
    for job in due:
        last = events.of_job(job.id)[-1]
        assert (last.event_type, last.triggered_by) == ("JobArchived", SAM)
        assert (last.details["from_status"], last.details["to_status"]) == (job.status.value, "ARCHIVED")
    invariants.check()


def test_the_age_is_the_time_in_the_status_not_since_submission(admin: HttpClient) -> None:
    [job] = fill(S.PAIDPICKEDUP, 1, days=10)
    Job(id=job.id).update(actions=[Job.created_at.set(clock.now() - timedelta(days=300))])
    assert outcome(run(admin, "archive", retention_days=11)) == (0, 0, 0, 0)
    assert outcome(run(admin, "archive", retention_days=9)) == (1, 1, 0, 0)


def test_what_was_archived_long_ago_is_pruned_with_all_its_files(admin: HttpClient) -> None:
    [old] = fill(S.ARCHIVED, 1, days=366)
    [young] = fill(S.ARCHIVED, 1, days=364)
    files.put(f"_thumbnails/{old.id}.png", b"picture", "image/png")
    files.put(f"Archived/{old.display_name}_PLA.gcode", b"; G-code", "text/plain")
    files.put(old.original_key, b"an earlier version must go as well", "model/stl")
    assert outcome(run(admin, "prune")) == (1, 1, 0, 0)
    assert jobs.find(old.id) is None
    assert row(young.id).status is S.ARCHIVED
    assert list(files.versions(f"_thumbnails/{old.id}")) == []
    last = events.of_job(old.id)[-1]
    assert (last.event_type, last.triggered_by) == ("JobDeleted", SAM)
    wanted = {"action": "prune", "from_status": "ARCHIVED", "short_id": old.short_id}
    assert wanted.items() <= last.details.items()
    assert told() == [({"operation": "prune", "retention_days": 365, "due": 1}, SAM, "admin-desk")]
    invariants.check()


@pytest.mark.parametrize(("action", "status"), [("archive", S.REJECTED), ("prune", S.ARCHIVED)])
def test_a_preview_says_how_many_and_changes_nothing(admin: HttpClient, action: str, status: Status) -> None:
    newest, oldest = fill(status, 1, days=400) + fill(status, 1, days=500)
    before = invariants.everything()
    answer = run(admin, action, dry_run=True)
    assert outcome(answer) == (2, 0, 0, 2)
    assert answer["dry_run"] is True
    assert answer["oldest"][:19] == oldest.status_entered_at.isoformat()[:19]
    assert answer["newest"][:19] == newest.status_entered_at.isoformat()[:19]
    used = ok(admin.get(f"{API}/stats"))["storage"]["used"]
    assert answer["stored_bytes"] == used > 0
    assert run(admin, action, dry_run=True, retention_days=450)["stored_bytes"] == used / 2
    assert invariants.everything() == before


def test_nothing_due_is_nothing_told(admin: HttpClient) -> None:
    fill(S.REJECTED, 1, days=1)
    before = invariants.everything()
    assert outcome(run(admin, "archive")) == (0, 0, 0, 0)
    assert outcome(run(admin, "prune")) == (0, 0, 0, 0)
    assert invariants.everything() == before


@pytest.mark.parametrize("action", ["archive", "prune"])
@pytest.mark.parametrize(
    ("field", "value"), [("retention_days", 0), ("retention_days", "45"), ("dry_run", "yes"), ("days", 3)]
)
def test_a_wrong_field_is_named(admin: HttpClient, action: str, field: str, value: object) -> None:
    answer = admin.post(f"{API}/admin/{action}", {"staff_name": SAM, field: value})
    assert list(wrong_fields(answer)) == [field]


def test_the_nightly_run_archives_and_never_prunes(scheduler: Scheduler) -> None:
    [over] = fill(S.PAIDPICKEDUP, 1, days=46)
    [archived] = fill(S.ARCHIVED, 1, days=3000)
    scheduler.run_once("archive_old_jobs", clock.now())
    assert row(over.id).status is S.ARCHIVED
    assert row(archived.id).status is S.ARCHIVED
    assert told() == [({"operation": "archive", "retention_days": 45, "due": 1}, "system", None)]
    before = invariants.everything()
    scheduler.run_once("archive_old_jobs", clock.now())
    assert invariants.everything() == before


def test_a_run_without_time_left_says_what_remains_and_the_next_goes_on(admin: HttpClient) -> None:
    fill(S.REJECTED, 5, days=100)
    cut_short = retention.run(Action.ARCHIVE, None, SYSTEM, clock.now(), seconds=0)
    assert (cut_short.due, cut_short.done, cut_short.remaining) == (5, 0, 5)
    assert counters.totals()[S.REJECTED] == 5
    assert outcome(run(admin, "archive")) == (5, 5, 0, 0)
    invariants.check()


def test_what_somebody_has_open_is_passed_over(admin: HttpClient, staff: HttpClient) -> None:
    kept, gone = fill(S.REJECTED, 2, days=100)
    ok(lock(staff, {"id": kept.id}))
    assert outcome(run(admin, "archive")) == (2, 1, 1, 0)
    assert (row(kept.id).status, row(gone.id).status) == (S.REJECTED, S.ARCHIVED)


def test_many_jobs_are_archived_in_as_many_calls_as_it_takes(admin: HttpClient) -> None:
    made = {job.id for job in fill(S.PAIDPICKEDUP, MANY, days=50)}
    done, answer = 0, {"remaining": MANY}
    for _ in range(100):
        if not answer["remaining"]:
            break
        answer = run(admin, "archive")
        assert answer["done"] > 0
        done += answer["done"]
    assert (done, answer["skipped"], answer["failed"]) == (MANY, 0, 0)
    assert {job.id for job in Job.scan() if job.status is S.ARCHIVED} == made
    archived = Counter(e.job_id for e in Event.scan(Event.event_type == "JobArchived"))
    assert archived == Counter(made)
    assert counters.totals()[S.ARCHIVED] == MANY
    assert list(files.versions("PaidPickedUp/")) == []
    assert len(list(files.versions("Archived/"))) == 2 * MANY


def test_only_administrators(staff: HttpClient) -> None:
    for action in ("archive", "prune"):
        refused(staff.post(f"{API}/admin/{action}", {"staff_name": SAM}), 403)
