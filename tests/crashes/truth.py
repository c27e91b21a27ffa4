"""What must be true of everything stored: at every moment, and once what a crash left has been swept."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any

from chalicelib.domain import filenames, statistics, trail
from chalicelib.domain.events import HAPPENED_AT
from chalicelib.domain.lifecycle import ACTIVE, RULES, Action, Status
from chalicelib.domain.submissions import duplicate_guard, short_id_guard
from tests.crashes.world import State, World

_OF_A_MOMENT = {"lock_holder", "lock_place", "locked_by", "locked_until"}
_HASHED = ("job_id", "id", "event_type", "details", "triggered_by", "workstation_id")
_SUBJECTS = {
    "receipt": "We received",
    "approval": "Please confirm",
    "resend": "Your new confirmation link",
    "rejection": "cannot be printed",
    "completion": "ready for pick-up",
}


def always(state: State, world: World) -> None:
    """True even in the middle of a crash: nothing is half-visible, and no byte of a student is lost."""
    jobs = state.table("jobs")
    _counters(state, jobs)
    _guards(state, jobs)
    _promises(state)
    _trail(state)
    _figures(state)
    for job in jobs:
        _history(state, job)
        _payment(state, job)
        assert hashlib.sha256(world.body(_original_key(job))).hexdigest() == job["file_hash"]


def settled(state: State, world: World, *, incoming: bool = False) -> None:
    """True when nothing is left to do. `incoming`: uploads that never became jobs may still lie there."""
    always(state, world)
    assert state.table("cleanups") == []
    # What was given up waits for a person, under "failed".
    assert [row["id"] for row in state.table("outbox") if row.get("waiting") == "mail"] == []
    jobs = state.table("jobs")
    _files(state, jobs, incoming=incoming)
    for job in jobs:
        _record(job, json.loads(world.body(_file_key(job, job["display_name"] + ".metadata.json"))))


def mails(before: State, state: State, received: list[dict[str, Any]], doubled: int) -> None:
    """Since `before`, students received what is marked as sent, and nothing else.

    `doubled` mails may have come twice: a process can die between sending and writing it down.
    """
    sent = _sent(state) - _sent(before)
    came = Counter(_kind(mail["subject"]) for mail in received)
    assert sent.keys() == came.keys(), f"sent {sent}, received {came}"
    assert all(0 <= came[kind] - sent[kind] <= doubled for kind in sent), f"sent {sent}, received {came}"
    told = Counter(
        e["details"]["email_type"]
        for e in state.table("events")
        if e["event_type"] == "EmailSent" and HAPPENED_AT not in e["details"]
    )
    assert told == _sent(state)


def _sent(state: State) -> Counter[str]:
    messages = (row for row in state.table("outbox") if row["queue"] == "mail")
    return Counter(message["kind"] for message in messages if message["state"] == "sent")


def _kind(subject: str) -> str:
    return next(kind for kind, words in _SUBJECTS.items() if words in subject)


def _counters(state: State, jobs: list[dict[str, Any]]) -> None:
    counted: Counter[str] = Counter()
    for shard in state.table("counters"):
        counted.update({status.value: int(shard.get(status.value, 0)) for status in Status})
    assert +counted == Counter(job["status"] for job in jobs)
    assert all(count >= 0 for count in counted.values())


def _guards(state: State, jobs: list[dict[str, Any]]) -> None:
    held = {row["id"]: row["job_id"] for row in state.table("guards") if row["id"].startswith("file#")}
    owed = {_guard(job): job["id"] for job in jobs if job["holds_guard"]}
    assert held == owed
    shorts = {row["id"]: row["job_id"] for row in state.table("guards") if row["id"].startswith("short#")}
    for job in jobs:
        assert job["holds_guard"] == (job["status"] in ACTIVE) or _guard(job) in held
        assert shorts[short_id_guard(job["short_id"])] == job["id"]


def _guard(job: dict[str, Any]) -> str:
    return duplicate_guard(job["file_hash"], job["student_email"])


def _promises(state: State) -> None:
    """Every event whose action owes the student a mail has its message, made by the same change."""
    made = Counter((row["job_id"], row["kind"]) for row in state.table("outbox"))
    owed: Counter[tuple[str, str]] = Counter()
    for event in state.table("events"):
        # Whom another system wrote to is not our concern.
        action = event["details"].get("action") if HAPPENED_AT not in event["details"] else None
        mail = RULES[Action(action)].mail if action else None
        if mail:
            owed[(event["job_id"], mail.value)] += 1
    assert not owed - made, f"promised {owed}, made {made}"
    # What was made beyond that was asked for by name.
    assert {kind for _, kind in made - owed} <= {"analysis", "resend", "completion", "slice"}


def _trail(state: State) -> None:
    """Each job's events are one chain, and its end is known."""
    ends: dict[str, str] = {}
    for event in sorted(state.table("events"), key=lambda e: str(e["id"])):
        content = {name: event.get(name) for name in _HASHED}
        assert event["previous"] == ends.get(event["job_id"], trail.START)
        assert event["hash"] == trail.link(event["previous"], content)
        ends[event["job_id"]] = event["hash"]
    assert ends == {row["job_id"]: row["hash"] for row in state.table("chains")}


def _figures(state: State) -> None:
    """The figures of each day are what its events add up to."""
    recounted: Counter[tuple[str, str]] = Counter()
    for event in state.table("events"):
        added = statistics.deltas(
            event["event_type"], event["details"], event["triggered_by"], event.get("workstation_id")
        )
        for name, number in added.items():
            recounted[event["details"].get(HAPPENED_AT, event["day"])[:10], name] += number
    stored: Counter[tuple[str, str]] = Counter()
    for row in state.table("days"):
        for name, value in row.items():
            if name not in {"day", "shard"}:
                stored[row["day"], name] += int(value)
    assert {k: n for k, n in stored.items() if n} == {k: n for k, n in recounted.items() if n}


def _history(state: State, job: dict[str, Any]) -> None:
    """The events tell one way from submission to where the job stands; a payment tells of its move twice."""
    told = sorted((e for e in state.table("events") if e["job_id"] == job["id"]), key=lambda e: str(e["id"]))
    assert [e["event_type"] for e in told].count("JobCreated") == 1
    assert told[0]["event_type"] == "JobCreated"
    moves = [
        (e["details"].get("from_status"), e["details"]["to_status"])
        for e in told
        if "to_status" in e["details"]
    ]
    way = [move for i, move in enumerate(moves) if i == 0 or move != moves[i - 1]]
    for before, after in pairwise(way):
        assert before[1] == after[0], way
    assert way[-1][1] == job["status"], way


def _payment(state: State, job: dict[str, Any]) -> None:
    """A payment counts as long as the job names it."""
    valid = [p["id"] for p in state.table("payments") if p["job_id"] == job["id"] and not p["voided"]]
    assert valid == ([job["payment_id"]] if job.get("payment_id") else [])


def _file_key(job: dict[str, Any], name: str) -> str:
    return filenames.file_key(Status(job["status"]), name)


def _original_key(job: dict[str, Any]) -> str:
    return _file_key(job, job["display_name"] + filenames.extension(job["original_filename"]))


def _files(state: State, jobs: list[dict[str, Any]], *, incoming: bool) -> None:
    """Every object version is of a job and in the folder of its status; nothing of it is missing there."""
    owners = {job["display_name"]: job for job in jobs}
    pictures = {filenames.thumbnail_key(job["id"]) for job in jobs if job["thumbnail_state"] == "ready"}
    latest = state.latest()
    assert pictures <= latest.keys()
    for stored in state.objects:
        if stored.folder == filenames.ORPHANED or (stored.folder == filenames.INCOMING and incoming):
            continue
        if stored.folder == filenames.THUMBNAILS:
            assert stored.key in pictures, f"{stored.key} is of no job"
            continue
        name = stored.key.partition("/")[2]
        owner = next((job for display, job in owners.items() if name.startswith(display)), None)
        assert owner is not None, f"{stored.key} is of no job"
        assert stored.folder == Status(owner["status"]).folder, f"{stored.key}: it is {owner['status']}"
    for job in jobs:
        assert _file_key(job, job["authoritative_filename"]) in latest
        assert _original_key(job) in latest


def _record(job: dict[str, Any], stored: dict[str, Any]) -> None:
    """metadata.json says what the row says; numbers there are text."""
    assert stored.pop("folder") == Status(job["status"]).folder
    stored.pop("schema")
    row = {name: value for name, value in job.items() if name not in _OF_A_MOMENT}
    assert stored.keys() == row.keys(), f"recorded {stored.keys() ^ row.keys()}"
    for name, value in row.items():
        recorded = stored[name]
        if isinstance(value, Decimal):
            recorded = Decimal(recorded)
        elif isinstance(value, (dict, list)):
            recorded = json.loads(recorded)
        assert recorded == value, name
