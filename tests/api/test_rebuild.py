"""The tables are lost: what lies beside the files brings jobs, guards and counters back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.aws import counters, events, files, guards, jobs
from chalicelib.aws.tables import Cleanup, Counter, Guard, Job
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.submissions import short_id_guard
from chalicelib.services import clock
from chalicelib.services.filing import Filing
from infra import rebuild
from infra.http_client import HttpClient
from infra.local.pump import Pump
from tests import invariants
from tests.backlog import fill
from tests.models import next_seed, stl_bytes
from tests.steps import act, confirm, every_status, ok, row, submit, to_status

S = Status


def lose(*tables: Any) -> None:
    """Empty tables."""
    for table in tables:
        with table.batch_write() as batch:
            for item in list(table.scan()):
                batch.delete(item)


def test_everything_comes_back(http: HttpClient, staff: HttpClient, pump: Pump) -> None:
    made = [job for _, job in every_status(http, staff)]
    for status in (S.PENDING, S.PRINTING, S.COMPLETED):
        made.append(submit(http))
        to_status(staff, made[-1], status)
    pump.step()
    ids = {job["id"] for job in made}
    before = {job_id: row(job_id).serialize() for job_id in ids}
    lose(Job, Guard, Counter)
    report = rebuild.rebuild(apply=True)
    assert (report.jobs, report.problems) == (len(ids), [])
    assert {job_id: row(job_id).serialize() for job_id in ids} == before
    invariants.check()
    last = events.of_job(made[0]["id"])[-1]
    assert (last.event_type, last.details, last.triggered_by) == (
        "AdminAction",
        {"operation": "rebuild"},
        "system",
    )


def test_a_rebuilt_job_goes_on(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, S.PENDING)
    lose(Job, Guard, Counter)
    rebuild.rebuild(apply=True)
    ok(confirm(http, job["id"]))
    ok(act(staff, job, Action.MARK_PRINTING))
    invariants.check()


def test_a_trial_run_changes_nothing(http: HttpClient, capsys: pytest.CaptureFixture[str]) -> None:
    job = submit(http)
    fill(S.ARCHIVED, 3, days=1)
    jobs.get(job["id"]).delete()
    before = invariants.everything()
    assert rebuild.main([]) == 0
    said = capsys.readouterr().out
    assert "4 records, 3 of jobs that are there" in said
    assert "to make: 1 jobs" in said
    assert "--apply" in said
    assert invariants.everything() == before


def test_a_second_run_finds_nothing_to_do() -> None:
    fill(S.PRINTING, 3, days=1)
    lose(Job, Guard, Counter)
    first = rebuild.rebuild(apply=True)
    assert (first.jobs, first.counters) == (3, {"PRINTING": 3})
    after = invariants.everything()
    second = rebuild.rebuild(apply=True)
    assert (second.jobs, second.there, second.guards, second.counters) == (0, 3, 0, {})
    assert invariants.everything() == after


def test_one_that_stops_halfway_is_finished_by_the_next() -> None:
    made = fill(S.PRINTING, 4, days=1)
    lose(Job, Guard, Counter)
    for job in made[:2]:
        job.save()  # without guards, not counted
    report = rebuild.rebuild(apply=True)
    assert (report.jobs, report.there, report.guards) == (2, 2, 2)
    invariants.check()


def test_a_job_that_is_there_stays_as_it_is() -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    Job(id=job.id).update(actions=[Job.color.set("Orange")])
    assert rebuild.rebuild(apply=True).jobs == 0
    assert row(job.id).color == "Orange"


def test_of_several_records_the_newest_in_its_own_folder_counts() -> None:
    [job] = fill(S.COMPLETED, 1, days=1)
    record = json.loads(files.read(f"Completed/{job.display_name}.metadata.json"))
    older = {**record, "status": "PRINTING", "folder": "Printing", "version": "3"}
    files.put_json(f"Printing/{job.display_name}.metadata.json", older)
    copied = {**record, "color": "Orange", "version": "99"}
    files.put_json(f"Pending/{job.display_name}.metadata.json", copied)
    lose(Job, Guard, Counter)
    assert rebuild.rebuild(apply=True).jobs == 1
    back = row(job.id)
    assert (back.status, back.color, back.version) == (S.COMPLETED, "Blue", 7)


def test_the_record_of_a_change_that_never_committed_does_not_count() -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    record = json.loads(files.read(f"Printing/{job.display_name}.metadata.json"))
    ahead = {**record, "status": "COMPLETED", "folder": "Completed", "version": "8"}
    work = Filing(job.id, clock.now())
    work.copy_to(S.COMPLETED, [], job)
    files.put_json(f"Completed/{job.display_name}.metadata.json", ahead)
    lose(Job, Guard, Counter)
    rebuild.rebuild(apply=True)
    assert row(job.id).status is S.PRINTING
    lose(Job, Cleanup)  # nothing tells any more that it did not commit
    rebuild.rebuild(apply=True)
    assert row(job.id).status is S.COMPLETED


def test_a_file_that_was_submitted_anew_keeps_its_new_owner(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    first = submit(http, content)
    lose(Job, Guard, Counter)
    second = submit(http, content)
    report = rebuild.rebuild(apply=True)
    assert (report.jobs, report.problems) == (1, [])
    assert row(first["id"]).holds_guard is False
    assert row(second["id"]).holds_guard is True
    invariants.check()


def test_a_short_id_that_is_taken_is_told() -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    lose(Job, Guard, Counter)
    Guard(id=short_id_guard(job.short_id), job_id="another").save()
    report = rebuild.rebuild(apply=True)
    assert report.problems == [
        (f"Printing/{job.display_name}.metadata.json", "its short id belongs to job another")
    ]
    assert jobs.find(job.id) is None
    assert guards.owner(short_id_guard(job.short_id)) == "another"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"3", b'{"schema": "other"}', b'{"schema": "printlab/job/1"}', b"\xff"],
)
def test_a_record_that_cannot_be_read_is_told_and_the_others_are_not_kept(
    content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = fill(S.PRINTING, 2, days=1)
    key = f"Printing/{bad.display_name}.metadata.json"
    files.put(key, content, "application/json")
    lose(Job, Guard, Counter)
    assert rebuild.main(["--apply"]) == 1
    assert f"problem: {key}: the record cannot be read" in capsys.readouterr().out
    assert jobs.find(good.id)
    assert counters.totals()[S.PRINTING] == 1


def test_a_record_under_another_name_is_told() -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    key = "Printing/Other_Filament_Blue_QQQQQQ.metadata.json"
    files.put(key, files.read(f"Printing/{job.display_name}.metadata.json"), "application/json")
    report = rebuild.rebuild(apply=True)
    assert report.problems == [(key, "the record tells of a job of another name")]


def test_a_job_without_its_original_comes_back_and_is_told() -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    for version in files.versions(job.original_key):
        files.delete(version.key, version.version_id)
    lose(Job, Guard, Counter)
    report = rebuild.rebuild(apply=True)
    assert report.jobs == 1
    assert report.problems == [(job.original_key, "the original is not where the job is")]
