"""metadata.json beside a job's files: enough, alone, to rebuild the job's record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.aws import files
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import metadata
from infra.http_client import HttpClient
from infra.local.pump import Pump
from tests.invariants import differences
from tests.steps import API, SAM, act, every_status, lock, ok, row, submit, to_status


def _stored(job: dict[str, Any]) -> dict[str, Any]:
    current = row(job["id"])
    key = filenames.metadata_key(current.status, job["display_name"])
    document: dict[str, Any] = json.loads(files.read(key))
    return document


def test_the_record_rebuilds_the_job_in_every_status(http: HttpClient, staff: HttpClient, pump: Pump) -> None:
    for status, job in every_status(http, staff):
        if status is Status.UPLOADED:
            pump.step()  # facts and picture, which the next change records
            note = {"staff_name": SAM, "text": "Line one\nline “two” 👍"}
            ok(staff.patch(f"{API}/jobs/{job['id']}/notes", note))
        assert differences(metadata.job_from(_stored(job)), row(job["id"])) == set(), status


def test_every_change_that_moves_nothing_is_recorded_too(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for action in (Action.REVIEW, Action.UNREVIEW, Action.REVIEW):
        ok(act(staff, job, action))
        assert differences(metadata.job_from(_stored(job)), row(job["id"])) == set()


def test_a_record_is_for_people_too(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http, student_name="Zoë Ångström")
    to_status(staff, job, Status.PENDING)
    raw = files.read(f"Pending/{job['display_name']}.metadata.json").decode()
    assert '"student_name": "Zoë Ångström"' in raw
    stored = json.loads(raw)
    assert stored["schema"] == "printlab/job/1"
    assert (stored["status"], stored["folder"], stored["cost_cents"]) == ("PENDING", "Pending", "453")


def test_a_lock_is_not_recorded(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(lock(staff, job))
    ok(act(staff, job, Action.REVIEW))
    ok(lock(staff, job))
    assert not {"lock_holder", "lock_place", "locked_by", "locked_until"} & set(_stored(job))


def test_a_record_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="printlab/job/1"):
        metadata.job_from({"schema": "printlab/job/0", "id": "x"})
    with pytest.raises(ValueError, match="printlab/job/1"):
        metadata.job_from({"id": "x"})


def test_zeros_at_the_end_of_a_number_are_in_neither(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(act(staff, job, Action.APPROVE, weight_g="24.500", time_hours="100.0"))
    stored = _stored(job)
    assert (stored["weight_g"], stored["time_hours"]) == ("24.5", "100")
    assert stored == metadata.document(row(job["id"])) | {"schema": stored["schema"]}
