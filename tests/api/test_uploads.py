"""Announced uploads: what the signed form lets in, and how they become jobs or are forgotten."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from chalicelib.aws import files
from chalicelib.aws.tables import Job, Upload
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.models import next_seed, stl_bytes
from tests.steps import act, announce, complete, lock, ok, refused, submit, to_status, upload


def test_the_store_takes_no_other_size_than_announced(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    for wrong in (content[:-1], content + b"x", content * 2):
        announced = ok(announce(http, content), 201)
        assert http.upload(announced["post"], wrong).status in {400, 403}
        refused(complete(http, announced["upload_id"]), 409, "upload_incomplete")


def test_other_bytes_of_the_same_size_are_refused(http: HttpClient) -> None:
    announced = ok(announce(http, stl_bytes(1)), 201)
    stored = http.upload(announced["post"], stl_bytes(2))
    answer = complete(http, announced["upload_id"])
    if stored.status == 204:  # AWS checks the sum itself and stores nothing
        refused(answer, 400, "checksum_mismatch")
    else:
        refused(answer, 409, "upload_incomplete")
    assert list(files.versions("")) == []


def test_the_signed_form_stores_nothing_else(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    post = ok(announce(http, content), 201)["post"]
    for field, value in [
        ("key", "Uploaded/evil.stl"),
        ("Content-Type", "text/html"),
        ("policy", post["fields"]["policy"][:-8]),
    ]:
        forged = {**post, "fields": {**post["fields"], field: value}}
        assert http.upload(forged, content).status in {400, 403}, field
    assert list(files.versions("")) == []


def test_the_signed_form_ends(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    post = files.presign_post(
        "_incoming/x.stl", size=len(content), sha256=hashlib.sha256(content).hexdigest(), expires_s=-1
    )
    assert http.upload(post, content).status == 403


# --- complete ----------------------------------------------------------------------------


def test_completing_before_the_file_is_there(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    announced = ok(announce(http, content), 201)
    refused(complete(http, announced["upload_id"]), 409, "upload_incomplete")
    assert http.upload(announced["post"], content).status == 204
    ok(complete(http, announced["upload_id"]), 201)
    invariants.check()


def test_completing_again_answers_the_same_job(http: HttpClient, staff: HttpClient) -> None:
    upload_id = upload(http, stl_bytes(next_seed()))
    first, second = complete(http, upload_id), complete(http, upload_id)
    assert ok(first, 201)["id"] == ok(second, 201)["id"] == upload_id
    to_status(staff, ok(first, 201), Status.PRINTING)
    assert ok(complete(http, upload_id), 201)["status"] == "PRINTING"
    assert len(list(Job.scan())) == 1
    invariants.check()


def test_completing_what_was_never_announced(http: HttpClient) -> None:
    for upload_id in ("none", "0" * 32, "%2e%2e%2f", "x" * 3000):
        refused(complete(http, upload_id), 404, "not_found")


def test_an_upload_has_its_hour(http: HttpClient) -> None:
    upload_id = upload(http, stl_bytes(next_seed()))
    Upload(id=upload_id).update(actions=[Upload.expires_at.set(datetime.now(UTC))])
    assert refused(complete(http, upload_id), 410, "gone") == {"reason": "expired"}
    assert list(Job.scan()) == []


def test_completing_a_job_that_the_lab_has_deleted(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    assert refused(complete(http, job["id"]), 410, "gone") == {"reason": "deleted"}


def test_abandoned_uploads_are_forgotten_with_their_files(http: HttpClient, scheduler: Scheduler) -> None:
    abandoned = upload(http, stl_bytes(next_seed()))
    job = submit(http)
    now = datetime.now(UTC)

    scheduler.run_once("drop_abandoned_uploads", now + timedelta(days=2))
    assert {row.id for row in Upload.scan()} == {abandoned, job["id"]}

    scheduler.run_once("drop_abandoned_uploads", now + timedelta(days=2, hours=1, minutes=1))
    assert list(Upload.scan()) == []
    refused(complete(http, abandoned), 404, "not_found")
    invariants.check()
