"""Counters are held against a count of the jobs, and put right by what they are short of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.aws import counters, events, jobs
from chalicelib.aws.tables import Job
from chalicelib.domain.lifecycle import Status
from infra.http_client import HttpClient
from tests import invariants
from tests.api.mend import counter
from tests.backlog import fill
from tests.nights import Nights
from tests.steps import API, SAM, ok, refused, submit

S = Status


def test_counters_are_put_right(http: HttpClient, admin: HttpClient, nights: Nights) -> None:
    fill(S.PRINTING, 2, days=1)
    counters.correct({S.PRINTING: 3, S.ARCHIVED: -1}, 1234)
    wrong = ["counters/ARCHIVED", "counters/PRINTING", "counters/stored_bytes"]
    assert nights.findings() == {"counters_mismatch": wrong}
    job = submit(http)  # what happens after the audit is not undone
    for key in wrong:
        ok(counter(admin, key))
        refused(counter(admin, key), 409, "not_any_more")
    invariants.check()
    assert counters.tally().stored_bytes == sum(int(job.file_size) for job in Job.scan())
    told = events.of_job(events.SYSTEM_EVENTS)
    [printing] = [e for e in told if e.details.get("figure") == "PRINTING"]
    assert (printing.details["added"], printing.triggered_by) == (-3, SAM)
    assert ok(admin.get(f"{API}/stats"))["counts"]["PRINTING"] == 2
    assert job["id"]
    assert nights.findings() == {}


def test_counters_that_keep_moving_are_left_alone(
    admin: HttpClient, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    counters.correct({S.PRINTING: 3}, 0)
    nights.audit()
    everyone = jobs.everyone

    def meanwhile(*names: str) -> Iterator[Job]:
        yield from everyone(*names)
        counters.touch(job.id)

    monkeypatch.setattr(jobs, "everyone", meanwhile)
    refused(counter(admin, "counters/PRINTING"), 409, "busy")
    assert counters.totals()[S.PRINTING] == 4
