"""Counting the jobs themselves, to hold the counters against them and to put them right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from chalicelib.aws import counters, jobs
from chalicelib.aws.counters import STORED_BYTES
from chalicelib.aws.tables import Finding
from chalicelib.domain.audit import COUNTERS, FindingKind
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller
from chalicelib.services import clock, mending

# How often the table is counted anew because jobs change meanwhile.
_TRIES = 3


@dataclass(frozen=True)
class Miscount:
    """A figure that says something else than there is."""

    said: int
    counted: int


def miscounts() -> dict[str, Miscount] | None:
    """The figures (statuses and the bytes of all files) that are wrong; None while jobs keep changing.

    Reads the whole table, and the counters before and after: a count while none of them moved is true.
    """
    for _ in range(_TRIES):
        before = counters.tally(consistent=True)
        found: Counter[str] = Counter()
        for job in jobs.everyone("status", "file_size"):
            found[job.status.value] += 1
            found[STORED_BYTES] += int(job.file_size)
        if counters.tally(consistent=True) == before:
            return {
                figure: Miscount(said, found[figure])
                for figure, said in before.figures.items()
                if said != found[figure]
            }
    return None


def key_of(figure: str) -> str:
    """How a report names a figure."""
    return f"{COUNTERS}/{figure}"


def repair(key: str, by: Caller) -> Finding:
    """Make a counter say what there is. Raises NotFound and Conflict as the other repairs do."""
    now = clock.now()
    finding = mending.found((FindingKind.COUNTERS_MISMATCH,), key)
    if mending.is_repeat(finding, by, now):
        return finding
    wrong = miscounts()
    if wrong is None:
        raise mending.not_any_more(
            "Jobs change all the time right now. Please try again in a moment.", code="busy"
        )
    figure = key.removeprefix(key_of(""))
    if figure not in wrong:
        raise mending.not_any_more("This counter is right.")
    missing = wrong[figure].counted - wrong[figure].said
    told = mending.told(
        mending.SYSTEM,
        EventType.ADMIN_ACTION,
        "repair-counter",
        finding,
        by,
        now,
        figure=figure,
        added=missing,
    )
    # Added, not set: what jobs do between the count and this is counted by themselves.
    mending.commit(finding, by, now, told, lambda t: counters.stage_correct(t, {figure: missing}, now))
    return finding
