"""Each rule: when it is silent, when it speaks, how urgent it is and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import alerts
from chalicelib.domain.alerts import Kind, Severity
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.schedules import LONGEST_PAUSE
from chalicelib.domain.watch import Component, Run, Snapshot, Waiting

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WELL = Snapshot(
    at=NOW,
    components=tuple(Component(name, up=True, latency_ms=3) for name in ("database", "files", "mail")),
    jobs=dict.fromkeys(Status, 0),
    oldest_jobs={},
    outbox={"mail": Waiting(0), "models": Waiting(0)},
    given_up=Waiting(0),
    dead={"mail": 0, "models": 0},
    uploads_open=0,
    cleanups=Waiting(0),
    runs={name: Run(NOW - MINUTE) for name in LONGEST_PAUSE},
    agents={"lab-pc": NOW - MINUTE},
    backup=Run(NOW - HOUR),
    backs_up=True,
)


def found(**different: Any) -> list[tuple[str, str, datetime]]:
    """Id, severity and begin of what a lab is told that is well but for what is given."""
    return [
        (dated.alert.id, dated.alert.severity.value, dated.since)
        for dated in alerts.find(replace(WELL, **different), {})
    ]


def ago(delta: timedelta) -> Waiting:
    """One that waits."""
    return Waiting(1, NOW - delta)


def runs(**changed: Run) -> dict[str, Run]:
    """All schedules on time but these."""
    return {**WELL.runs, **changed}


def test_a_lab_that_is_well_is_left_alone() -> None:
    assert found() == []


SILENT: list[dict[str, Any]] = [
    {"components": (Component("files", up=True, latency_ms=2000),)},
    {"outbox": {"mail": ago(30 * MINUTE), "models": ago(60 * MINUTE)}},
    {"cleanups": ago(HOUR)},
    {"oldest_jobs": {Status.UPLOADED: NOW - 72 * HOUR, Status.PENDING: NOW - 900 * HOUR}},
    {"runs": {name: Run(NOW - pause) for name, pause in LONGEST_PAUSE.items()}},
    {"runs": {"sample_health": Run(None, expected_since=NOW - MINUTE)}},
    {"dead": {}},
    {"agents": {"lab-pc": NOW - 15 * MINUTE}},
    {"agents": {}},
    {"backup": Run(NOW - 36 * HOUR)},
    {"backup": Run(None, expected_since=NOW - 36 * HOUR)},
    {"backup": Run(None)},
]


@pytest.mark.parametrize("different", SILENT, ids=str)
def test_what_is_still_in_order(different: dict[str, Any]) -> None:
    assert found(**different) == []


SPOKEN: list[tuple[dict[str, Any], tuple[str, str, datetime]]] = [
    (
        {"components": (Component("queues", up=False, latency_ms=8000),)},
        ("component-down:queues", "critical", NOW),
    ),
    (
        {"components": (Component("files", up=True, latency_ms=2001),)},
        ("component-slow:files", "warning", NOW),
    ),
    ({"given_up": ago(5 * HOUR)}, ("mail-failed", "warning", NOW - 5 * HOUR)),
    ({"outbox": {"mail": ago(31 * MINUTE)}}, ("mail-late", "critical", NOW - MINUTE)),
    ({"outbox": {"models": ago(61 * MINUTE)}}, ("models-late", "warning", NOW - MINUTE)),
    ({"outbox": {"audits": ago(181 * MINUTE)}}, ("audits-late", "warning", NOW - MINUTE)),
    ({"dead": {"mail": 0, "models": 2}}, ("dead-letters:models", "warning", NOW)),
    ({"runs": runs(sweep=Run(NOW - 11 * MINUTE))}, ("schedule-late:sweep", "critical", NOW - MINUTE)),
    (
        {"runs": runs(expire_confirmations=Run(None, expected_since=NOW - 2 * HOUR))},
        ("schedule-late:expire_confirmations", "warning", NOW - HOUR),
    ),
    ({"runs": {}}, ("schedule-late:sample_health", "critical", NOW)),
    ({"cleanups": ago(2 * HOUR)}, ("cleanups-stuck", "warning", NOW - HOUR)),
    ({"agents": {"lab-pc": NOW - 16 * MINUTE}}, ("agent-silent:lab-pc", "warning", NOW - MINUTE)),
    ({"backup": Run(NOW - 37 * HOUR)}, ("backup-late", "critical", NOW - HOUR)),
    (
        {"backup": Run(None, expected_since=NOW - 38 * HOUR)},
        ("backup-late", "critical", NOW - 2 * HOUR),
    ),
    # Without a place there is nothing that has stopped: the lab is told, nobody is woken for ever.
    (
        {"backup": Run(NOW - 37 * HOUR), "backs_up": False},
        ("backup-late", "warning", NOW - HOUR),
    ),
    (
        {"backup": Run(None, expected_since=NOW - 38 * HOUR), "backs_up": False},
        ("backup-late", "warning", NOW - 2 * HOUR),
    ),
    ({"oldest_jobs": {Status.UPLOADED: NOW - 73 * HOUR}}, ("jobs-unreviewed", "info", NOW - HOUR)),
]


@pytest.mark.parametrize(("different", "expected"), SPOKEN, ids=lambda value: str(value)[:60])
def test_what_somebody_should_look_at(different: dict[str, Any], expected: tuple[str, str, datetime]) -> None:
    assert found(**different) == [expected]


def test_every_kind_is_tested() -> None:
    assert {identifier.partition(":")[0] for _, (identifier, _, _) in SPOKEN} == {kind.value for kind in Kind}


def test_the_most_urgent_comes_first() -> None:
    told = found(
        oldest_jobs={Status.UPLOADED: NOW - 80 * HOUR},
        given_up=ago(HOUR),
        components=(Component("mail", up=False, latency_ms=0),),
    )
    assert [severity for _, severity, _ in told] == [severity.value for severity in Severity]


def test_what_has_no_time_of_its_own_began_when_it_was_first_known() -> None:
    down = replace(WELL, components=(Component("files", up=False, latency_ms=0),), dead={"mail": 1})
    (first, second) = alerts.find(down, {"component-down:files": NOW - HOUR})
    assert (first.since, second.since) == (NOW - HOUR, NOW)


def test_the_words_say_how_many_and_how_long() -> None:
    late = replace(
        WELL,
        outbox={"mail": Waiting(7, NOW - 45 * MINUTE)},
        given_up=Waiting(1, NOW),
        dead={"mail": 2},
        runs=runs(sweep=Run(NOW - HOUR)),
    )
    assert [dated.alert.message for dated in alerts.find(late, {})] == [
        "A mail to be sent has waited for 45 minutes; 7 wait in all.",
        "sweep has not ended well since 2026-11-21 11:00 UTC.",
        "2 messages of the mail queue could not be handled.",
        "1 mail could not be delivered and waits for a person.",
    ]
