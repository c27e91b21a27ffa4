"""What the lab share must hold, as its agents are told."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import files
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import ordering
from infra.http_client import HttpClient
from tests.crashes.faults import Faults, Nothing
from tests.models import next_seed, stl_bytes
from tests.steps import (
    API,
    act,
    every_status,
    lock,
    ok,
    place_candidate,
    refused,
    send_candidate,
    submit,
    to_status,
    wrong_fields,
)

Job = dict[str, Any]


def page(agent: HttpClient, **query: Any) -> dict[str, Any]:
    """One page."""
    answer: dict[str, Any] = ok(agent.get(f"{API}/sync/manifest", **query))
    return answer


def follow(agent: HttpClient, cursor: str | None = None, **query: Any) -> tuple[dict[str, Job], str, int]:
    """All pages: each job as it was told last, the cursor to go on, and how many pages there were."""
    found: dict[str, Job] = {}
    for number in range(1, 100):
        answer = page(agent, **({"cursor": cursor} if cursor else {}), **query)
        found.update({job["job_id"]: job for job in answer["jobs"]})
        cursor = answer["cursor"]
        if not answer["more"]:
            assert cursor is not None
            return found, cursor, number
    raise AssertionError("no end")


def test_an_empty_lab(agent: HttpClient) -> None:
    found, _, _ = follow(agent)
    assert found == {}


def test_everything_that_a_job_has(http: HttpClient, agent: HttpClient) -> None:
    content = stl_bytes(next_seed())
    job = submit(http, content)
    found, _, _ = follow(agent)
    told = found[job["id"]]
    name = job["display_name"]
    assert (told["folder"], told["display_name"]) == ("Uploaded", name)
    by_name = {file["name"]: file for file in told["files"]}
    assert set(by_name) == {f"{name}.stl", f"{name}.metadata.json"}
    original = by_name[f"{name}.stl"]
    assert (original["size"], original["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert original["etag"] == hashlib.md5(content).hexdigest()
    assert http.get(original["url"]).body == content
    record = by_name[f"{name}.metadata.json"]
    body = http.get(record["url"]).body
    assert (record["size"], record["etag"]) == (len(body), hashlib.md5(body).hexdigest())
    assert record["sha256"] is None


def test_every_job_stands_in_its_folder_and_the_archive_where_it_is_wanted(
    http: HttpClient, staff: HttpClient, agent: HttpClient
) -> None:
    last: dict[str, Status] = {}
    for status, job in every_status(http, staff):
        last[job["id"]] = status
    for archived in (False, True):
        found, _, _ = follow(agent, archived=str(archived).lower())
        held = {job_id: told["folder"] for job_id, told in found.items() if told["folder"]}
        assert held == {i: s.folder for i, s in last.items() if archived or s is not Status.ARCHIVED}


def test_pages_end_at_jobs(http: HttpClient, staff: HttpClient, agent: HttpClient) -> None:
    made = {submit(http)["id"] for _ in range(5)}
    found, _, pages = follow(agent, limit=3)
    assert set(found) == made
    assert all(len(told["files"]) == 2 for told in found.values())
    assert pages > 5


def test_a_move_names_the_old_and_the_new_place(
    http: HttpClient, staff: HttpClient, agent: HttpClient
) -> None:
    moved, stays = submit(http), submit(http)
    _, cursor, _ = follow(agent)
    ok(act(staff, moved, Action.APPROVE))
    found, cursor, _ = follow(agent, cursor)
    told = found[moved["id"]]
    assert (told["folder"], told["left"]) == ("Pending", ["Uploaded"])
    assert {file["name"].partition(".")[0] for file in told["files"]} == {moved["display_name"]}
    assert found.get(stays["id"], {"folder": "Uploaded"})["folder"] == "Uploaded"


def test_a_deleted_and_an_archived_job_leave_the_share(
    http: HttpClient, staff: HttpClient, agent: HttpClient
) -> None:
    deleted, archived = submit(http), submit(http)
    _, cursor, _ = follow(agent)
    ok(lock(staff, deleted))
    ok(act(staff, deleted, Action.DELETE))
    to_status(staff, archived, Status.ARCHIVED)
    found, _, _ = follow(agent, cursor)
    assert (found[deleted["id"]]["folder"], found[deleted["id"]]["files"]) == (None, [])
    assert (found[archived["id"]]["folder"], found[archived["id"]]["left"]) == (
        None,
        ["Rejected", "Uploaded"],
    )


def test_a_candidate_of_another_agent_comes_along(http: HttpClient, agent: HttpClient) -> None:
    job = submit(http)
    _, cursor, _ = follow(agent)
    ok(place_candidate(agent, send_candidate(agent, job, "_PLA.gcode", b"; x\n")))
    found, _, _ = follow(agent, cursor)
    names = {file["name"].removeprefix(job["display_name"]) for file in found[job["id"]]["files"]}
    assert names == {".stl", ".metadata.json", "_PLA.gcode"}


def test_many_changes_come_in_pages(http: HttpClient, agent: HttpClient) -> None:
    _, cursor, _ = follow(agent)
    made = {submit(http)["id"] for _ in range(5)}
    found, _, pages = follow(agent, cursor, limit=2)
    assert (set(found), pages) == (made, 3)


def _settled(agent: HttpClient, cursor: str) -> str:
    """The cursor as it will be once the last change is not of this very moment any more."""
    _, seen, changes, _ = ordering.read(cursor)
    while changes < 0:
        cursor = page(agent, cursor=cursor)["cursor"]
        _, seen, changes, _ = ordering.read(cursor)
    assert datetime.fromisoformat(seen) <= datetime.now(UTC)
    return cursor


def test_asking_again_while_nothing_changes_is_nearly_free(http: HttpClient, agent: HttpClient) -> None:
    submit(http)
    cursor = _settled(agent, follow(agent)[1])
    with Faults().with_(Nothing()) as calls:
        answer = page(agent, cursor=cursor)
    assert (answer["jobs"], answer["more"], answer["cursor"]) == ([], False, cursor)
    assert [call.operation for call in calls] == ["GetItem", "BatchGetItem"]
    submit(http)
    assert len(page(agent, cursor=cursor)["jobs"]) == 2


def test_what_is_nobodys_is_not_told(http: HttpClient, agent: HttpClient) -> None:
    job = submit(http)
    files.put("Uploaded/stray.gcode", b"x", "application/octet-stream")
    files.put("Uploaded/Jane_Filament_Blue_CCCCCC.gcode", b"x", "application/octet-stream")
    files.put(f"Pending/{job['display_name']}_old.gcode", b"x", "application/octet-stream")
    found, _, _ = follow(agent)
    assert [len(told["files"]) for told in found.values()] == [2]


@pytest.mark.parametrize(
    "position",
    [
        None,
        [],
        ["all"],
        ["all", "2026-11-21T12:00:00+00:00", 8, ""],
        ["all", "2026-11-21T12:00:00", 0, ""],
        ["all", "2026-11-21T12:00:00+00:00", "0", ""],
        ["since", "2026-11-21T12:00:00+00:00", 0, "x"],
        ["other", "2026-11-21T12:00:00+00:00", 0, ""],
        [["all"], "2026-11-21T12:00:00+00:00", 0, ""],
    ],
)
def test_a_cursor_of_somebody_else(agent: HttpClient, position: Any) -> None:
    answer = agent.get(f"{API}/sync/manifest", cursor=ordering.written(position))
    assert set(wrong_fields(answer)) == {"cursor"}


def test_who_was_away_for_long_starts_anew(agent: HttpClient) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    answer = agent.get(f"{API}/sync/manifest", cursor=ordering.written(["since", long_ago, 0, ""]))
    assert refused(answer, 410, "gone") == {"reason": "expired"}
