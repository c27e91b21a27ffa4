"""The same file of the same student: refused while it is in the queue, welcome afterwards."""

from __future__ import annotations

from chalicelib.aws.tables import Job
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from tests import invariants
from tests.api.forms import post_small
from tests.models import next_seed, stl_bytes
from tests.steps import act, announce, complete, lock, ok, refused, submit, to_status, upload, walk


def test_the_same_file_of_the_same_student_is_refused_while_it_is_in_the_queue(
    http: HttpClient, staff: HttpClient
) -> None:
    content = stl_bytes(next_seed())
    job = submit(http, content)
    for status in walk(staff, job):
        if status is Status.PRINTING:
            break
        for answer in (
            announce(http, content),
            announce(http, content, student_email="JANE@Example.EDU", student_name="J. Doe", color="Black"),
            post_small(http, content, "renamed.stl"),
        ):
            expected = {"existing_job_id": job["id"], "existing_short_id": job["short_id"]}
            assert refused(answer, 409, "duplicate") == expected, status
        invariants.check()
    submit(http, content)


def test_the_same_file_of_another_student_and_another_file_of_the_same(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    submit(http, content)
    submit(http, content, student_email="john@example.edu")
    submit(http, stl_bytes(next_seed()))
    invariants.check()


def test_the_same_file_may_come_again_once_it_is_printed_or_rejected(
    http: HttpClient, staff: HttpClient
) -> None:
    content = stl_bytes(next_seed())
    first = submit(http, content)
    for status in walk(staff, first):
        if status in {Status.PRINTING, Status.COMPLETED, Status.PAIDPICKEDUP}:
            again = submit(http, content)
            assert again["id"] != first["id"]
            to_status(staff, again, Status.REJECTED)
    to_status(staff, submit(http, content), Status.ARCHIVED)
    submit(http, content)
    invariants.check()


def test_the_same_file_may_come_again_after_its_job_was_deleted(http: HttpClient, staff: HttpClient) -> None:
    content = stl_bytes(next_seed())
    job = submit(http, content)
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    submit(http, content)
    invariants.check()


def test_of_two_uploads_of_one_file_only_one_becomes_a_job(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    first, second = upload(http, content), upload(http, content, student_email="Jane@example.edu")
    ok(complete(http, second), 201)
    assert refused(complete(http, first), 409, "duplicate")["existing_job_id"] == second
    assert len(list(Job.scan())) == 1


def test_a_failed_print_comes_back_although_its_file_was_submitted_anew(
    http: HttpClient, staff: HttpClient
) -> None:
    content = stl_bytes(next_seed())
    first = submit(http, content)
    to_status(staff, first, Status.PRINTING)
    second = submit(http, content)

    assert ok(act(staff, first, Action.MARK_FAILED))["status"] == "READYTOPRINT"
    assert refused(announce(http, content), 409, "duplicate")["existing_job_id"] == second["id"]
    invariants.check()

    ok(act(staff, second, Action.REJECT))  # lets go of the reservation that the first one does not hold
    ok(act(staff, first, Action.MARK_PRINTING))
    invariants.check()


def test_a_failed_print_takes_its_reservation_back(http: HttpClient, staff: HttpClient) -> None:
    content = stl_bytes(next_seed())
    job = submit(http, content)
    to_status(staff, job, Status.PRINTING)
    ok(act(staff, job, Action.MARK_FAILED))
    assert refused(announce(http, content), 409, "duplicate")["existing_job_id"] == job["id"]
    invariants.check()
